namespace TypedEvents.Tests;

/// <summary>
/// The loop as a model: the real delivery loop in virtual time, thousands of times, against random servers and faults.
/// <c>MODEL_RUNS</c> sets how many runs there are of each kind of fault; <c>MODEL_SEED</c> runs a single one again.
/// </summary>
public sealed class ModelTests
{
    private const int DefaultRuns = 15;

    private static readonly TimeSpan FaultEnds = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Bound = TimeSpan.FromHours(6);

    private static readonly Dictionary<string, Action<ModelRun>> Faults = new()
    {
        ["none"] = _ => { },
        ["random bad events"] = run => run.MakeBad(run.Random.Next(1, 20), isPoison: false),
        ["a run of adjacent bad events"] = run => run.MakeAdjacentBad(run.Random.Next(2, 60)),
        ["a name that is always refused"] = run => run.MakeNameBad(share: 1),
        ["a name of which half is refused"] = run => run.MakeNameBad(share: 0.5),
        ["everything is refused for a while"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(400, 90400)),
        ["everything is refused for a while, and bad events"] = run =>
        {
            run.MakeBad(5, isPoison: false);
            run.For(FaultEnds, _ => ModelAnswer.Of(200, 55102));
        },
        ["row 1: a code about the configuration"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(200, run.Pick(40050, 50031, 50034, 50074))),
        ["row 1: certificate refused"] = run => run.For(FaultEnds, _ => ModelAnswer.None(NoAnswerReason.CertificateRefused)),
        ["row 2: not connected"] = run => run.For(FaultEnds, _ => ModelAnswer.None(NoAnswerReason.NotConnected)),
        ["row 2: time-outs"] = run => run.For(FaultEnds, _ => ModelAnswer.None(NoAnswerReason.TimedOut, TimeSpan.FromSeconds(10))),
        ["row 2: cut off"] = run => run.For(FaultEnds, _ => ModelAnswer.None(NoAnswerReason.CutOff)),
        ["row 3"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(run.Pick(401, 403, 404, 405, 407, 410, 302))),
        ["row 4"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(run.Pick(408, 425, 429, 500, 502, 503), run.Random.Next(2) == 0 ? 12345 : null)),
        ["row 5: too large for more than a few"] = run => run.Always(events => events.Count > 7 ? ModelAnswer.Of(413) : null),
        ["row 5: too large for a while"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(413)),
        ["row 7 without a code"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(422)),
        ["row 9: a proxy's page"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(200)),
        ["row 10"] = run => run.For(FaultEnds, _ => ModelAnswer.Of(418)),
        ["a firewall hates one event, by 403"] = run => run.Poison(1, ModelAnswer.Of(403)),
        ["a firewall hates one event, by cutting"] = run => run.Poison(1, ModelAnswer.None(NoAnswerReason.CutOff)),
        ["two poison events side by side"] = run => run.Poison(2, ModelAnswer.Of(500)),
        ["poison that hangs the server"] = run => run.Poison(1, ModelAnswer.None(NoAnswerReason.TimedOut, TimeSpan.FromSeconds(10))),
        ["too slow for 100, not for 50"] = run => run.Always(events => events.Count > 50 ? ModelAnswer.None(NoAnswerReason.TimedOut, TimeSpan.FromSeconds(10)) : null),
        ["10 % 503"] = run => run.Always(_ => run.Random.NextDouble() < 0.1 ? ModelAnswer.Of(503) : null),
        ["50 % 503"] = run => run.Always(_ => run.Random.NextDouble() < 0.5 ? ModelAnswer.Of(503) : null),
        ["90 % 503 for a while"] = run => run.For(FaultEnds, _ => run.Random.NextDouble() < 0.9 ? ModelAnswer.Of(503) : null),
        ["lost answers"] = run => run.For(FaultEnds, _ => run.Random.NextDouble() < 0.5 ? ModelAnswer.None(NoAnswerReason.CutOff, keeps: true) : null),
        ["a third bad, and 20 % 503"] = run =>
        {
            run.MakeBad(run.Count / 3, isPoison: false);
            run.Always(_ => run.Random.NextDouble() < 0.2 ? ModelAnswer.Of(503) : null);
        },
        ["an old process with a wrong key"] = run => run.AddProcessWithWrongKey(),
        ["processes are killed"] = run => run.KillNowAndThen(),
        ["processes are killed, bad events, lost answers"] = run =>
        {
            run.MakeBad(10, isPoison: false);
            run.For(FaultEnds, _ => run.Random.NextDouble() < 0.3 ? ModelAnswer.None(NoAnswerReason.CutOff, keeps: true) : null);
            run.KillNowAndThen();
        },
        ["one user only"] = run => run.UseOneUser(),
        ["one user only, with a bad event"] = run =>
        {
            run.UseOneUser();
            run.MakeBad(1, isPoison: false);
        },
        ["one event an hour"] = run => run.Trickle(),
        ["own ids"] = run => run.UseOwnIds(),
        ["own ids, of which some are unknown and some refused"] = run => run.UseOwnIds(unknown: 2, refused: 2),
        ["own ids, and registration is down for a while"] = run =>
        {
            run.UseOwnIds();
            run.ForRegistrations(FaultEnds, () => ModelAnswer.Of(run.Pick(500, 503, 404, 429)));
        },
        ["own ids, and registration refuses everything for a while"] = run =>
        {
            run.UseOwnIds();
            run.ForRegistrations(FaultEnds, () => ModelAnswer.Of(400, 90400));
        },
        ["own ids, and half of all requests fail for a while"] = run =>
        {
            run.UseOwnIds(unknown: 1, refused: 1);
            run.ForRegistrations(FaultEnds, () => run.Random.Next(2) == 0 ? ModelAnswer.Of(503) : null);
            run.For(FaultEnds, _ => run.Random.Next(2) == 0 ? ModelAnswer.Of(503) : null);
        },
        ["own ids, bad events, and processes are killed"] = run =>
        {
            run.UseOwnIds();
            run.MakeBad(10, isPoison: false);
            run.KillNowAndThen();
        },
    };

    public static TheoryData<string> Kinds => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_lost_and_no_good_event_is_left_behind(string kind)
    {
        string? single = Environment.GetEnvironmentVariable("MODEL_SEED");
        int runs = single is null ? int.Parse(Environment.GetEnvironmentVariable("MODEL_RUNS") ?? $"{DefaultRuns}", System.Globalization.CultureInfo.InvariantCulture) : 1;
        for (int i = 0; i < runs; i++)
        {
            int seed = single is null ? i : int.Parse(single, System.Globalization.CultureInfo.InvariantCulture);
            try
            {
                using var run = new ModelRun(seed);
                Faults[kind](run);
                run.RunToTheEnd(FaultEnds, Bound);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{kind}: MODEL_SEED={seed} fails. {exception.Message}", exception);
            }
        }
    }

    [Fact]
    public void Ten_thousand_new_users_cost_at_most_110_registrations_and_each_is_asked_for_once()
    {
        using var world = new ModelWorld(1) { FirstOwnId = 1 };
        var server = new ModelServer(world.Random);
        for (int i = 1; i <= 10_000; i++)
        {
            world.Append(world.Prepare(i, "sign_up"));
        }

        world.Begin(server);
        world.Run(TimeSpan.FromMinutes(10), () => world.Delivered == 10_000);

        world.AssertNothingIsLost();
        Assert.InRange(server.Registrations, 100, 110);
        Assert.All(server.Asked.Values, asked => Assert.Equal(1, asked));
        TestContext.Current.SendDiagnosticMessage($"10,000 new users: {server.Registrations} registrations, {server.Requests} reports");
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 10.5, 11)]
    [InlineData(2, 19.5, 25)]
    [InlineData(5, 43, 52)]
    [InlineData(10, 82, 92)]
    [InlineData(50, 260, 300)]
    [InlineData(100, 300, 400)]
    public void Bad_events_in_a_hundred_cost_a_bounded_number_of_requests(int bad, double averageAtMost, int atMost)
    {
        List<int> requests = [];
        for (int seed = 0; seed < 60; seed++)
        {
            using var world = new ModelWorld(seed);
            var server = new ModelServer(world.Random);
            for (int i = 0; i < 100; i++)
            {
                world.Append(1, $"name_{i}");
            }

            foreach (int number in Enumerable.Range(0, 100).OrderBy(_ => world.Random.Next()).Take(bad))
            {
                world.Events[number].IsBad = true;
            }

            world.Begin(server);
            world.Run(TimeSpan.FromSeconds(20));
            int proofs = 0;
            while (world.DeadLetters < bad)
            {
                // What came last has its proof with the next event that is accepted.
                world.Append(1, "proof");
                proofs++;
                world.Run(world.Now + TimeSpan.FromSeconds(5));
            }

            world.AssertNothingIsLost();
            requests.Add(server.Requests - proofs);
        }

        TestContext.Current.SendDiagnosticMessage($"{bad} bad of 100: {requests.Average():F1} requests on average, {requests.Max()} at most");
        Assert.True(requests.Average() <= averageAtMost, $"{requests.Average():F1} on average");
        Assert.True(requests.Max() <= atMost, $"{requests.Max()} at most");
    }
}
