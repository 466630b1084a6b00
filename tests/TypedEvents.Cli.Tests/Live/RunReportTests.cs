namespace TypedEvents.Cli.Tests;

/// <summary>What <c>run</c> says at its end.</summary>
public sealed class RunReportTests
{
    private static readonly RunFacts Shop = new()
    {
        Received = new Dictionary<string, long> { ["order_placed"] = 3, ["page_viewed"] = 1200 },
        Planned = ["order_placed", "page_viewed", "sign_up", "trial_started"],
        Requests = 13,
        Users = 1,
    };

    [Fact]
    public void The_summary_counts_events_and_names_what_the_plan_has_beside() => Assert.Equal(
        """
        typedevents: 1,203 events of 1 user in 13 requests.
          order_placed       3
          page_viewed    1,200
        typedevents: 2 of 4 events of the plan were received (50%). Never received: sign_up, trial_started.

        """.ReplaceLineEndings("\n"),
        RunReport.Summary(Shop));

    [Fact]
    public void The_summary_says_what_is_wrong_with_events() => Assert.Equal(
        """
        typedevents: 1 event of 2 users in 9 requests; 4 events arrived again and counted once.
          sign_up       1
        typedevents: 1 sign_up event breaks the plan: seats below 1.
        typedevents: 2 order_placed events were rejected and not accepted later: 400 90422.
        typedevents: 1 request was rejected as a whole: status 404.
        typedevents: 1 event arrived again with other bytes under the same random_id.

        """.ReplaceLineEndings("\n"),
        RunReport.Summary(new RunFacts
        {
            Received = new Dictionary<string, long> { ["sign_up"] = 1 },
            Broken = [new BrokenEvents("sign_up", 1, ["seats below 1"])],
            Rejected = [new RejectedEvents("order_placed", 2, "400 90422")],
            RejectedRequests = [new RejectedRequests(404, 1)],
            Requests = 9,
            Users = 2,
            Repeats = 4,
            Conflicts = 1,
        }));

    [Fact]
    public void What_is_met_is_not_mentioned() => Assert.Empty(RunReport.Unmet(
        new RunDemands([Expectation.Parse("order_placed"), Expectation.Parse("order_placed=3"), Expectation.Parse("sign_up=0")], Cover: 50, FailsOnInvalid: true),
        Shop));

    [Theory]
    [InlineData("sign_up", "Expected sign_up, but it wasn't received. Received instead: page_viewed (1,200), order_placed (3).")]
    [InlineData("signup", "Expected signup, but it wasn't received. Received instead: page_viewed (1,200), order_placed (3). signup isn't in the plan.")]
    [InlineData("order_placed=1", "Expected order_placed once, but it was received 3 times.")]
    [InlineData("order_placed=0", "Expected no order_placed, but it was received 3 times.")]
    [InlineData("sign_up=2", "Expected sign_up 2 times, but it was received 0 times. Received instead: page_viewed (1,200), order_placed (3).")]
    public void An_expectation_that_is_not_met_names_the_event_and_what_came_instead(string expectation, string sentence) =>
        Assert.Equal([sentence], RunReport.Unmet(new RunDemands([Expectation.Parse(expectation)], null, false), Shop));

    [Fact]
    public void Without_any_request_the_remedy_is_named() => Assert.Equal(
        ["Expected sign_up, but it wasn't received. No request arrived: the application must read TypedEvents__BaseAddress or ENGAGELAB_BASE_ADDRESS, and dispose its tracker before it ends."],
        RunReport.Unmet(new RunDemands([Expectation.Parse("sign_up")], null, false), new RunFacts { Received = new Dictionary<string, long>() }));

    [Fact]
    public void An_expected_event_that_was_rejected_is_not_called_missing() => Assert.Equal(
        ["Expected sign_up, but it wasn't received: 1 was rejected, 401 40050."],
        RunReport.Unmet(
            new RunDemands([Expectation.Parse("sign_up")], null, false),
            new RunFacts { Received = new Dictionary<string, long>(), Rejected = [new RejectedEvents("sign_up", 1, "401 40050")], Requests = 1 }));

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void Coverage_is_compared_exactly(int cover, bool isMet)
    {
        IReadOnlyList<string> unmet = RunReport.Unmet(new RunDemands([], cover, false), Shop);

        Assert.Equal(isMet ? [] : ["Expected 51% of the plan's events, but 2 of 4 events of the plan were received (50%). Never received: sign_up, trial_started."], unmet);
    }

    [Fact]
    public void Events_that_are_not_valid_are_named_with_what_is_wrong() => Assert.Equal(
        ["Expected valid events, but 2 sign_up events break the plan (seats below 1); 1 order_placed event was rejected (no response); 1 event arrived again with other bytes."],
        RunReport.Unmet(new RunDemands([], null, FailsOnInvalid: true), Shop with
        {
            Broken = [new BrokenEvents("sign_up", 2, ["seats below 1"])],
            Rejected = [new RejectedEvents("order_placed", 1, "no response")],
            Conflicts = 1,
        }));

    [Fact]
    public void Long_lists_are_cut()
    {
        string[] planned = [.. Enumerable.Range(0, 20).Select(number => $"event_{number:00}")];

        string summary = RunReport.Summary(new RunFacts { Received = new Dictionary<string, long>(), Planned = planned });

        Assert.Contains("event_11 and 8 more.", summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=2")]
    [InlineData("sign_up=")]
    [InlineData("sign_up=-1")]
    [InlineData("sign up")]
    public void An_expectation_is_a_name_or_a_name_with_a_count(string text) => Assert.Throws<ToolException>(() => Expectation.Parse(text));
}
