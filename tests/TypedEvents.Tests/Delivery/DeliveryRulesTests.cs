namespace TypedEvents.Tests;

/// <summary>"The loop" of docs/delivery.md, line by line: what each kind of answer changes.</summary>
public sealed class DeliveryRulesTests
{
    private const int Limit = 100;

    private readonly Lane _lane = new();
    private readonly Lane _other = new();
    private readonly DeliveryRules _rules;
    private TimeSpan _now = TimeSpan.FromHours(1);

    public DeliveryRulesTests()
    {
        var backoff = new Backoff(new Random(1));
        _rules = new DeliveryRules(Limit, backoff, new Gate(backoff));
    }

    [Fact]
    public void Accepted_it_is_delivered_and_counted_and_ends_all_rows()
    {
        Fail(5);
        Refuse(2);
        _lane.IsSolo = true;
        Assert.Equal(ItemFate.Delivered, Accept(1).Fate);
        Assert.Equal((1, 1), (_rules.Accepted, _rules.Streak));
        Assert.Equal((0, 0), (_rules.FailuresInARow, _rules.RefusalsInARow));
        Assert.Equal(0, _lane.Strikes);
        Assert.False(_lane.IsSolo);
    }

    [Theory]
    [InlineData(GateReason.Failures)]
    [InlineData(GateReason.Configuration)]
    [InlineData(GateReason.Refusals)]
    internal void Accepted_it_opens_the_gate_whatever_closed_it(GateReason reason)
    {
        _rules.Gate.Close(reason, _rules.Gate.Period, _now);
        Accept(1);
        Assert.True(_rules.Gate.IsOpen);
    }

    [Fact]
    public void Accepted_inside_a_window_it_shrinks_that_and_the_next_try_doubles()
    {
        Refuse(80);
        Assert.Equal((80, 40), (_lane.Window, _lane.NextCount(Limit)));
        Accept(30);
        Assert.Equal((50, 25), (_lane.Window, _lane.NextCount(Limit)));
        Accept(60);
        Assert.Equal(0, _lane.Window);
        Assert.Equal(Limit, _lane.NextCount(Limit));
    }

    [Fact]
    public void Every_tenth_acceptance_the_limit_grows_by_a_tenth_up_to_its_most()
    {
        TimeOut(100);
        TimeOut(50);
        Assert.Equal(25, _rules.Limit);
        Accept(9, times: 9);
        Assert.Equal(25, _rules.Limit);
        Accept(1);
        Assert.Equal(27, _rules.Limit);
        Accept(1, times: 10);
        Assert.Equal(29, _rules.Limit);
        Accept(1, times: 1000);
        Assert.Equal(Limit, _rules.Limit);
    }

    [Fact]
    public void A_limit_of_one_grows_too()
    {
        Judge(AttemptKind.Batch, AnswerMeaning.RefusedSize, [1, 2, 3]);
        Assert.Equal(1, _rules.Limit);
        Accept(1, times: 10);
        Assert.Equal(2, _rules.Limit);
    }

    [Fact]
    public void Refused_it_ends_the_failures_of_the_row_and_opens_the_gate()
    {
        Fail(1);
        Fail(1);
        _rules.Gate.Close(GateReason.Configuration, _rules.Gate.Period, _now);
        Assert.Equal(ItemFate.Kept, Refuse(10).Fate);
        Assert.Equal((0, 1), (_rules.FailuresInARow, _rules.RefusalsInARow));
        Assert.Equal(0, _lane.Strikes);
        Assert.True(_rules.Gate.IsOpen);
    }

    [Fact]
    public void Refused_with_others_they_are_the_window_of_which_half_is_tried_next()
    {
        Refuse(100);
        Assert.Equal((100, 50), (_lane.Window, _lane.NextCount(Limit)));
        Refuse(50);
        Assert.Equal((50, 25), (_lane.Window, _lane.NextCount(Limit)));
        Refuse(3);
        Assert.Equal((3, 1), (_lane.Window, _lane.NextCount(Limit)));
    }

    [Theory]
    [InlineData(AnswerMeaning.Refused)]
    [InlineData(AnswerMeaning.Failed)]
    [InlineData(AnswerMeaning.Configuration)]
    internal void Not_accepted_a_combined_requests_lanes_go_alone_until_they_had_an_acceptance(AnswerMeaning meaning)
    {
        var combined = new Attempt(AttemptKind.Batch, [new AttemptPart(_lane, 2), new AttemptPart(_other, 1)], Items([1, 2, 3]));
        _rules.Judge(combined, meaning, isTimeOut: false, _now);
        Assert.Equal((true, true), (_lane.IsSolo, _other.IsSolo));
        Assert.Equal((0, 0), (_lane.Window, _other.Window));
        _rules.Gate.Open();
        Accept(2);
        Assert.Equal((false, true), (_lane.IsSolo, _other.IsSolo));
    }

    [Fact]
    public void Refused_for_their_size_the_limit_halves()
    {
        Judge(AttemptKind.Batch, AnswerMeaning.RefusedSize, Numbers(100));
        Assert.Equal((50, 100), (_rules.Limit, _lane.Window));
        Judge(AttemptKind.Batch, AnswerMeaning.RefusedSize, Numbers(3));
        Assert.Equal(1, _rules.Limit);
        Judge(AttemptKind.Batch, AnswerMeaning.RefusedSize, [1]);
        Assert.Equal(1, _rules.Limit);
        Assert.Single(_lane.Suspects);
    }

    [Fact]
    public void Refused_alone_it_steps_aside_and_the_next_try_is_twice_what_was_accepted_since_the_suspect_before()
    {
        RefuseAlone(1);
        Assert.Equal(SuspectKind.Refused, _lane.Suspects[1].Kind);
        Assert.Equal(0, _lane.Window);
        Assert.Equal(Limit, _lane.NextCount(Limit));
        Accept(6);
        RefuseAlone(2);
        Assert.Equal(12, _lane.NextCount(Limit));
        RefuseAlone(3);
        Assert.Equal(1, _lane.NextCount(Limit));
        Accept(1);
        Assert.Equal(2, _lane.NextCount(Limit));
        Accept(2);
        Assert.Equal(4, _lane.NextCount(Limit));
    }

    [Fact]
    public void Refused_again_without_an_acceptance_since_it_is_no_dead_letter()
    {
        RefuseAlone(1);
        Assert.Equal(ItemFate.Kept, RefuseAlone(1, AttemptKind.Suspect).Fate);
        Assert.True(_lane.Suspects.ContainsKey(1));
    }

    [Fact]
    public void Refused_again_after_an_acceptance_it_is_a_dead_letter()
    {
        RefuseAlone(1);
        Accept(1);
        Assert.True(_lane.Suspects[1].IsDue(_rules.Accepted, _now));
        Assert.Equal(ItemFate.DeadRefused, RefuseAlone(1, AttemptKind.Suspect).Fate);
        Assert.Empty(_lane.Suspects);
    }

    [Fact]
    public void Where_nothing_else_is_there_to_be_accepted_a_suspect_is_due_after_1_minute_doubling_to_15()
    {
        RefuseAlone(1);
        foreach (int minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            Assert.Equal(_now + TimeSpan.FromMinutes(minutes), _lane.Suspects[1].Next);
            Assert.False(_lane.Suspects[1].IsDue(_rules.Accepted, _lane.Suspects[1].Next - TimeSpan.FromTicks(1)));
            _now = _lane.Suspects[1].Next;
            Assert.True(_lane.Suspects[1].IsDue(_rules.Accepted, _now));
            RefuseAlone(1, AttemptKind.Suspect);
        }
    }

    [Fact]
    public void The_fifth_dead_letter_of_one_name_in_a_row_holds_the_name()
    {
        Assert.Equal([null, null, null, null, "bad"], Enumerable.Range(1, 5).Select(number => Bury(number, "bad")));
        Assert.Null(Bury(6, "bad"));
    }

    [Fact]
    public void An_acceptance_of_the_name_begins_its_row_anew_and_one_of_another_name_does_not()
    {
        for (int number = 1; number <= 4; number++)
        {
            Assert.Null(Bury(number, "half bad"));
        }

        Judge(AttemptKind.Batch, AnswerMeaning.Accepted, [100], name: "half bad");
        Assert.Null(Bury(5, "half bad"));
        for (int number = 6; number <= 8; number++)
        {
            Assert.Null(Bury(number, "half bad"));
        }

        Assert.Equal("half bad", Bury(9, "half bad"));
    }

    [Fact]
    public void Thirty_refusals_in_a_row_close_the_gate_and_then_only_an_acceptance_opens_it()
    {
        for (int i = 0; i < 29; i++)
        {
            Refuse(2);
        }

        Assert.True(_rules.Gate.IsOpen);
        Refuse(2);
        Assert.Equal(GateReason.Refusals, _rules.Gate.Reason);
        Refuse(1);
        Judge(AttemptKind.Batch, AnswerMeaning.RefusedCompression, [1]);
        Assert.Equal(GateReason.Refusals, _rules.Gate.Reason);
        Accept(1);
        Assert.True(_rules.Gate.IsOpen);
    }

    [Fact]
    public void Refusals_of_suspects_close_no_gate()
    {
        RefuseAlone(1);
        for (int i = 0; i < 60; i++)
        {
            RefuseAlone(1, AttemptKind.Suspect);
        }

        Assert.True(_rules.Gate.IsOpen);
    }

    [Fact]
    public void Refused_as_a_sample_it_stays_where_it_is()
    {
        RefuseAlone(1, AttemptKind.Sample);
        Assert.Empty(_lane.Suspects);
    }

    [Fact]
    public void Failed_it_waits_for_the_back_off_of_its_lane_and_ends_the_acceptances_of_the_row()
    {
        Accept(1, times: 3);
        List<double> waits = [];
        for (int strike = 1; strike <= 4; strike++)
        {
            Fail(10);
            Assert.Equal(strike, _lane.Strikes);
            waits.Add((_lane.WaitUntil - _now).TotalSeconds);
            Assert.InRange(waits[^1], 0, Math.Pow(2, strike - 1));
        }

        Assert.True(waits.Max() > 1);
        Assert.Equal((0, 4), (_rules.Streak, _rules.FailuresInARow));
        Assert.Equal(TimeSpan.Zero, _other.WaitUntil);
    }

    [Fact]
    public void After_three_failures_in_a_row_it_is_halved_and_inside_a_window_at_once()
    {
        Fail(80);
        Fail(80);
        Assert.Equal(0, _lane.Window);
        Fail(80);
        Assert.Equal((80, 40), (_lane.Window, _lane.NextCount(Limit)));
        Accept(1);
        Fail(40);
        Assert.Equal(20, _lane.NextCount(Limit));
    }

    [Fact]
    public void A_time_out_halves_the_limit_but_not_below_ten()
    {
        Fail(100);
        Assert.Equal(Limit, _rules.Limit);
        foreach ((int count, int limit) in ((int, int)[])[(100, 50), (50, 25), (25, 12), (12, 10), (10, 10), (2, 10)])
        {
            TimeOut(count);
            Assert.Equal(limit, _rules.Limit);
        }

        TimeOut(1);
        Assert.Equal(10, _rules.Limit);
    }

    [Fact]
    public void Failed_alone_it_stays_in_its_place_as_long_as_nothing_else_is_accepted()
    {
        for (int i = 0; i < 50; i++)
        {
            FailAlone(1);
        }

        Assert.Empty(_lane.Suspects);
    }

    [Fact]
    public void Failed_alone_again_after_an_acceptance_it_steps_aside_on_its_third_strike()
    {
        FailAlone(1);
        Judge(AttemptKind.Overtaking, AnswerMeaning.Accepted, [2]);
        Assert.Equal(0, _lane.Strikes);
        FailAlone(1);
        FailAlone(1);
        Assert.Empty(_lane.Suspects);
        FailAlone(1);
        Assert.Equal(SuspectKind.Failed, _lane.Suspects[1].Kind);
        Assert.Equal(0, _lane.Window);
        Assert.Empty(_lane.FirstFailures);
    }

    [Fact]
    public void Every_fourth_try_of_a_lane_that_fails_is_of_another_event()
    {
        List<bool> isOvertakingDue = [];
        for (int i = 0; i < 8; i++)
        {
            isOvertakingDue.Add(_lane.IsOvertakingDue);
            FailAlone(1);
        }

        Assert.Equal([false, false, false, true, false, false, false, true], isOvertakingDue);
    }

    [Fact]
    public void A_suspect_that_fails_is_a_dead_letter_at_the_third_failure_that_came_right_after_ten_acceptances_in_a_row()
    {
        MakeFailedSuspect(1);
        foreach (int acceptances in (int[])[9, 10, 9, 12, 0])
        {
            Accept(1, times: acceptances);
            Assert.Equal(ItemFate.Kept, FailAlone(1, AttemptKind.Suspect).Fate);
        }

        Assert.Equal(2, _lane.Suspects[1].Proofs);
        Accept(1, times: 10);
        Assert.Equal(ItemFate.DeadFailed, FailAlone(1, AttemptKind.Suspect).Fate);
        Assert.Empty(_lane.Suspects);
    }

    [Fact]
    public void A_suspect_that_fails_closes_no_gate_and_makes_no_lane_wait()
    {
        MakeFailedSuspect(1);
        Accept(1);
        TimeSpan waitUntil = _lane.WaitUntil;
        for (int i = 0; i < 6; i++)
        {
            FailAlone(1, AttemptKind.Suspect);
        }

        Assert.True(_rules.Gate.IsOpen);
        Assert.Equal((0, 0), (_rules.FailuresInARow, _lane.Strikes));
        Assert.Equal(waitUntil, _lane.WaitUntil);
    }

    [Fact]
    public void A_suspect_that_fails_while_nothing_is_accepted_is_tried_again_after_1_minute_doubling_to_15()
    {
        MakeFailedSuspect(1);
        foreach (int minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            Assert.Equal(_now + TimeSpan.FromMinutes(minutes), _lane.Suspects[1].Next);
            Assert.False(_lane.Suspects[1].IsDue(_rules.Accepted, _lane.Suspects[1].Next - TimeSpan.FromTicks(1)));
            _now = _lane.Suspects[1].Next;
            Assert.True(_lane.Suspects[1].IsDue(_rules.Accepted, _now));
            FailAlone(1, AttemptKind.Suspect);
        }
    }

    [Fact]
    public void A_suspect_that_fails_while_others_are_accepted_is_tried_again_after_10_acceptances_and_at_the_latest_after_a_minute()
    {
        MakeFailedSuspect(1);
        for (int i = 0; i < 5; i++)
        {
            Accept(1, times: 9);
            Assert.False(_lane.Suspects[1].IsDue(_rules.Accepted, _now));
            Accept(1);
            Assert.True(_lane.Suspects[1].IsDue(_rules.Accepted, _now));

            // A failure in between, so that it is never evidence.
            Fail(10);
            FailAlone(1, AttemptKind.Suspect);
            Assert.Equal(_now + TimeSpan.FromMinutes(1), _lane.Suspects[1].Next);
        }
    }

    [Fact]
    public void Responses_to_requests_that_were_in_flight_when_the_gate_closed_do_not_move_its_schedule()
    {
        Attempt[] inFlight = [.. Enumerable.Range(1, 4).Select(number => Of(number % 2 == 0 ? _lane : _other, AttemptKind.Batch, Items([number])))];
        foreach (Attempt attempt in inFlight)
        {
            _rules.Judge(attempt, AnswerMeaning.Configuration, isTimeOut: false, _now);
        }

        Assert.Equal(_now + TimeSpan.FromMinutes(1), _rules.Gate.NextTry);
        _rules.Judge(inFlight[0], AnswerMeaning.FailedConfiguration, isTimeOut: false, _now);
        _rules.Judge(inFlight[0], AnswerMeaning.Failed, isTimeOut: false, _now);
        Assert.Equal((GateReason.Configuration, _now + TimeSpan.FromMinutes(1)), (_rules.Gate.Reason, _rules.Gate.NextTry));

        _now = _rules.Gate.NextTry;
        Judge(AttemptKind.Batch, AnswerMeaning.Configuration, [1]);
        Assert.Equal(_now + TimeSpan.FromMinutes(2), _rules.Gate.NextTry);
    }

    [Fact]
    public void Accepted_its_lane_has_nothing_to_wait_for()
    {
        for (int i = 0; i < 10; i++)
        {
            Fail(10);
        }

        Assert.True(_lane.WaitUntil > _now);
        Accept(1);
        Assert.True(_lane.WaitUntil <= _now);
    }

    [Fact]
    public void A_suspect_that_was_refused_and_then_fails_needs_the_proof_of_failures()
    {
        RefuseAlone(1);
        Accept(1);
        FailAlone(1, AttemptKind.Suspect);
        Assert.Equal(SuspectKind.Failed, _lane.Suspects[1].Kind);
        Assert.Equal(ItemFate.Kept, RefuseAlone(1, AttemptKind.Suspect).Fate);
        Assert.Equal(SuspectKind.Refused, _lane.Suspects[1].Kind);
    }

    [Theory]
    [InlineData(AnswerMeaning.Failed, GateReason.Failures)]
    [InlineData(AnswerMeaning.FailedConfiguration, GateReason.Configuration)]
    internal void Five_failures_in_a_row_over_all_lanes_close_the_gate_for_the_reason_of_the_last(AnswerMeaning last, GateReason reason)
    {
        Fail(10);
        _rules.Judge(Of(_other, AttemptKind.Batch, Items([20])), AnswerMeaning.FailedConfiguration, isTimeOut: false, _now);
        Fail(10);
        Fail(10);
        Assert.True(_rules.Gate.IsOpen);
        Judge(AttemptKind.Batch, last, [1, 2]);
        Assert.Equal(reason, _rules.Gate.Reason);
    }

    [Fact]
    public void A_try_that_fails_while_the_gate_is_closed_closes_it_anew_even_where_a_suspect_was_tried()
    {
        MakeFailedSuspect(1);
        _rules.Gate.Close(GateReason.Configuration, _rules.Gate.Period, _now);
        FailAlone(1, AttemptKind.Suspect);
        Assert.Equal(GateReason.Failures, _rules.Gate.Reason);
        Judge(AttemptKind.Batch, AnswerMeaning.FailedConfiguration, [2]);
        Assert.Equal(GateReason.Configuration, _rules.Gate.Reason);
    }

    [Fact]
    public void Configuration_closes_the_gate_at_once_halves_nothing_and_makes_no_suspect()
    {
        Judge(AttemptKind.Batch, AnswerMeaning.Configuration, Numbers(100));
        Assert.Equal(GateReason.Configuration, _rules.Gate.Reason);
        Assert.Equal(_now + TimeSpan.FromMinutes(1), _rules.Gate.NextTry);
        for (int i = 0; i < 10; i++)
        {
            Judge(AttemptKind.Batch, AnswerMeaning.Configuration, [1]);
        }

        Assert.Equal((0, Limit), (_lane.Window, _rules.Limit));
        Assert.Empty(_lane.Suspects);
        Assert.Empty(_lane.FirstFailures);
    }

    [Fact]
    public void A_refusal_of_compression_keeps_the_events_and_opens_the_gate()
    {
        Fail(1);
        _rules.Gate.Close(GateReason.Failures, _rules.Gate.Period, _now);
        Assert.Equal(ItemFate.Kept, Judge(AttemptKind.Batch, AnswerMeaning.RefusedCompression, [1]).Fate);
        Assert.True(_rules.Gate.IsOpen);
        Assert.Empty(_lane.Suspects);
    }

    [Fact]
    public void An_answer_that_means_nothing_changes_nothing()
    {
        Fail(3);
        TimeSpan waitUntil = _lane.WaitUntil;
        Assert.Equal(ItemFate.Kept, Judge(AttemptKind.Batch, AnswerMeaning.Nothing, [1]).Fate);
        Assert.Equal((1, 1, waitUntil), (_lane.Strikes, _rules.FailuresInARow, _lane.WaitUntil));
    }

    private void MakeFailedSuspect(int number)
    {
        FailAlone(number);
        Judge(AttemptKind.Overtaking, AnswerMeaning.Accepted, [number + 1]);
        for (int i = 0; i < 3; i++)
        {
            FailAlone(number);
        }

        Assert.Equal(SuspectKind.Failed, _lane.Suspects[number].Kind);
    }

    /// <returns>The name that is held then.</returns>
    private string? Bury(int number, string name)
    {
        Judge(AttemptKind.Batch, AnswerMeaning.Refused, [number], name);
        Judge(AttemptKind.Batch, AnswerMeaning.Accepted, [1000 + number], name: "good");
        Verdict verdict = Judge(AttemptKind.Suspect, AnswerMeaning.Refused, [number], name);
        Assert.Equal(ItemFate.DeadRefused, verdict.Fate);
        return verdict.HeldName;
    }

    private Verdict Accept(int count, int times = 1)
    {
        Verdict verdict = default;
        for (int i = 0; i < times; i++)
        {
            verdict = Judge(AttemptKind.Batch, AnswerMeaning.Accepted, [.. Numbers(count).Select(number => 10_000 + number)]);
        }

        return verdict;
    }

    private Verdict Refuse(int count) => Judge(AttemptKind.Batch, AnswerMeaning.Refused, Numbers(count));

    private Verdict RefuseAlone(int number, AttemptKind kind = AttemptKind.Batch) => Judge(kind, AnswerMeaning.Refused, [number]);

    private void Fail(int count) => Judge(AttemptKind.Batch, AnswerMeaning.Failed, Numbers(count));

    private Verdict FailAlone(int number, AttemptKind kind = AttemptKind.Batch) => Judge(kind, AnswerMeaning.Failed, [number]);

    private void TimeOut(int count) =>
        _rules.Judge(Of(_lane, AttemptKind.Batch, Items(Numbers(count))), AnswerMeaning.Failed, isTimeOut: true, _now);

    private Verdict Judge(AttemptKind kind, AnswerMeaning meaning, int[] numbers, string name = "page_viewed") =>
        _rules.Judge(Of(_lane, kind, Items(numbers, name)), meaning, isTimeOut: false, _now);

    private Attempt Of(Lane lane, AttemptKind kind, TriedItem[] items) =>
        new(kind, [new AttemptPart(lane, items.Length)], items) { Period = _rules.Gate.Period };

    private static int[] Numbers(int count) => [.. Enumerable.Range(1, count)];

    private static TriedItem[] Items(int[] numbers, string name = "page_viewed") => [.. numbers.Select(number => new TriedItem(number, name))];
}
