namespace TypedEvents.Tests;

/// <summary>How the delivery makes its requests, in virtual time: the settings of docs/reference/settings.md that bound them.</summary>
public sealed class ModelLoopTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_backlog_fills_as_many_lanes_as_are_set_and_no_more()
    {
        foreach (int lanes in (int[])[1, 2, 4, 8])
        {
            using var world = new ModelWorld(1);
            ModelServer server = SlowServer(world);
            AppendFor(world, users: 200, each: 10);
            ModelProcess process = world.Begin(server, ModelWorld.DefaultSettings with { MaxConcurrentRequests = lanes });
            int most = 0;
            TimeSpan last = default;
            server.Rules.Insert(0, (now, _) =>
            {
                last = now;
                return null;
            });
            world.Run(TimeSpan.FromMinutes(5), () =>
            {
                most = Math.Max(most, process.RequestsInFlight);
                return world.Delivered == 2000;
            });
            Assert.Equal(lanes, most);
            Assert.Equal(2000, world.Delivered);

            // 100 events a second and lane, but for the last requests of each, which aren't full.
            Assert.InRange(last.TotalSeconds, (2000.0 / 100 / lanes) - 2, (2000.0 / 100 / lanes * 1.5) + 3);
        }
    }

    [Fact]
    public void What_fits_one_batch_goes_as_one_request_whatever_the_lanes()
    {
        using var world = new ModelWorld(1);
        ModelServer server = SlowServer(world);
        AppendFor(world, users: 90, each: 1);
        world.Begin(server);
        world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal((90, 1), (world.Delivered, server.Requests));
    }

    [Fact]
    public void Requests_go_at_100_a_second_after_as_many_at_once()
    {
        using var world = new ModelWorld(1);
        var server = new ModelServer(world.Random);
        server.Rules.Add((_, _) => ModelResponse.Accepted(TimeSpan.Zero));
        AppendFor(world, users: 500, each: 1);
        world.Begin(server, ModelWorld.DefaultSettings with { MaxBatchEvents = 1, FlushInterval = TimeSpan.Zero });
        world.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(100, server.Requests);
        world.Run(TimeSpan.FromSeconds(1));
        Assert.InRange(server.Requests, 195, 200);
        world.Run(TimeSpan.FromSeconds(3));
        Assert.InRange(server.Requests, 395, 400);
        world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(500, world.Delivered);
    }

    [Theory]
    [InlineData(0.001, 0.1)]
    [InlineData(0.1, 0.1)]
    [InlineData(30, 30)]
    [InlineData(900, 900)]
    [InlineData(36_000, 900)]
    public void Retry_After_is_honoured_from_100_ms_to_15_minutes(double asked, double waited)
    {
        using var world = new ModelWorld(1);
        var server = new ModelServer(world.Random);
        List<TimeSpan> times = [];
        server.Rules.Add((now, _) =>
        {
            times.Add(now);
            return times.Count > 1 ? null : ModelResponse.Later(400, TimeSpan.FromSeconds(asked));
        });
        AppendFor(world, users: 2, each: 1);
        world.Begin(server);
        world.Run(TimeSpan.FromHours(1), () => world.Delivered == 2);

        // A rejection of more than one event has nothing else to wait for.
        Assert.Equal(waited, (times[1] - times[0]).TotalSeconds, tolerance: 0.001);
    }

    [Fact]
    public void A_request_holds_the_events_of_one_application()
    {
        using var world = new ModelWorld(1);
        var server = new ModelServer(world.Random);
        List<int> applications = [];
        server.Rules.Add((_, events) =>
        {
            applications.Add(events.Select(sent => sent.AppKey).Distinct().Count());
            return null;
        });
        for (int i = 0; i < 300; i++)
        {
            world.Append(1 + (i % 30), "sign_up", appKey: i % 3 == 0 ? "second" : null);
        }

        world.Begin(server);
        world.Run(TimeSpan.FromMinutes(5), () => world.Delivered == 300);
        Assert.Equal(300, world.Delivered);
        Assert.All(applications, count => Assert.Equal(1, count));
    }

    /// <summary>Four requests are in flight when the first response says that the key is wrong: they are one attempt of the schedule.</summary>
    [Fact]
    public void A_wrong_key_that_four_requests_meet_at_once_is_tried_again_after_a_minute()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var world = new ModelWorld(seed);
            var server = new ModelServer(world.Random);
            var wellAt = TimeSpan.FromSeconds(20);
            server.Rules.Add((now, _) => now < wellAt ? ModelResponse.Of(401, 40050, world.Random.NextDouble() * Slow) : null);
            AppendFor(world, users: 200, each: 5);
            world.Begin(server);
            world.Run(TimeSpan.FromMinutes(60), () => world.Delivered == 1000);
            Assert.Equal(1000, world.Delivered);
            Assert.InRange(LastTaken(world).TotalSeconds, 60, 60 + 5);
        }
    }

    [Fact]
    public void Requests_that_fail_at_once_are_one_step_of_the_backoff()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var world = new ModelWorld(seed);
            var server = new ModelServer(world.Random);
            TimeSpan last = default;
            server.Rules.Add((now, _) =>
            {
                last = now;
                return ModelResponse.None(TransportError.CutOff, world.Random.NextDouble() * Slow);
            });
            AppendFor(world, users: 200, each: 5);
            ModelProcess process = world.Begin(server, ModelWorld.DefaultSettings with { MaxConcurrentRequests = 8 });
            world.Run(TimeSpan.FromMinutes(1), () => process.Loop.Pause is not null);
            TimeSpan closedAt = world.Now;
            int requests = server.Requests;
            world.Run(TimeSpan.FromMinutes(5), () => server.Requests > requests);
            Assert.InRange(last - closedAt, TimeSpan.Zero, Slow + TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>While the configuration is rejected by the reports there are no registrations: the claim is given back then.</summary>
    [Theory]
    [InlineData(true, 404)]
    [InlineData(true, 503)]
    [InlineData(false, 503)]
    public void A_report_that_is_accepted_ends_the_wait_of_registration_and_the_other_way_round(bool isRegistrationDown, int status)
    {
        const int Known = 1;
        const int New = 100;
        for (int seed = 0; seed < 10; seed++)
        {
            using var world = new ModelWorld(seed) { FirstExternalId = New };
            var server = new ModelServer(world.Random);
            var wellAt = TimeSpan.FromMinutes(40);
            server.RegistrationRules.Add(now => isRegistrationDown && now < wellAt ? ModelResponse.Of(status) : null);
            server.Rules.Add((now, _) => !isRegistrationDown && now < wellAt ? ModelResponse.Of(status) : null);
            world.Append(isRegistrationDown ? New : Known, "sign_up");
            world.Begin(server);
            world.Run(wellAt);
            Assert.Equal(0, world.Delivered);

            world.Append(isRegistrationDown ? Known : New, "sign_up");
            world.Run(world.Now + TimeSpan.FromSeconds(3));
            Assert.Equal(2, world.Delivered);
        }
    }

    [Fact]
    public void Registration_that_fails_alone_is_not_tried_at_the_pace_of_the_reports()
    {
        using var world = new ModelWorld(1) { FirstExternalId = 100 };
        var server = new ModelServer(world.Random);
        server.RegistrationRules.Add(_ => ModelResponse.Of(404));
        world.Append(100, "sign_up");
        world.Begin(server);
        for (int second = 0; second < 3600; second++)
        {
            world.Append(1, "page_viewed");
            world.Run(TimeSpan.FromSeconds(second));
        }

        // Five failures, and then after 1, 2, 5, 15, 15, 15 minutes, each followed by an early attempt.
        Assert.InRange(server.Registrations, 5, 5 + (2 * 6) + 1);
        Assert.True(world.Delivered >= 3590);
    }

    /// <summary>Too few failures to open the circuit: the wait is the backoff of the lane.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_acceptance_of_one_endpoint_ends_the_wait_of_the_other_one_after_a_few_failures_too(bool isRegistrationFailing)
    {
        const int Known = 1;
        const int New = 100;
        const int Failures = 3;
        for (int seed = 0; seed < 20; seed++)
        {
            using var world = new ModelWorld(seed) { FirstExternalId = New };
            var server = new ModelServer(world.Random);
            List<TimeSpan> registrations = [];
            List<TimeSpan> reports = [];
            server.RegistrationRules.Add(now =>
            {
                registrations.Add(now);
                return isRegistrationFailing && registrations.Count <= Failures ? ModelResponse.Of(503) : null;
            });
            server.Rules.Add((now, _) =>
            {
                reports.Add(now);
                return !isRegistrationFailing && reports.Count <= Failures ? ModelResponse.Of(503) : null;
            });
            (List<TimeSpan> failing, List<TimeSpan> working) = isRegistrationFailing ? (registrations, reports) : (reports, registrations);
            world.Append(isRegistrationFailing ? New : Known, "sign_up");
            world.Begin(server);
            world.Run(TimeSpan.FromMinutes(1), () => failing.Count == Failures);

            world.Append(isRegistrationFailing ? Known : New, "sign_up");
            world.Run(TimeSpan.FromMinutes(2), () => world.Delivered == 2);
            Assert.Equal(2, world.Delivered);
            Assert.InRange(failing[Failures], TimeSpan.Zero, working[0] + TimeSpan.FromMilliseconds(150));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_Retry_After_of_one_endpoint_does_not_pause_the_other_one(bool isRegistrationPaused)
    {
        const int Known = 1;
        const int New = 100;
        using var world = new ModelWorld(1) { FirstExternalId = New };
        var server = new ModelServer(world.Random);
        var later = ModelResponse.Later(429, TimeSpan.FromMinutes(15));
        server.RegistrationRules.Add(_ => isRegistrationPaused && server.Registrations == 1 ? later : null);
        server.Rules.Add((_, _) => !isRegistrationPaused && server.Requests == 1 ? later : null);
        world.Append(isRegistrationPaused ? New : Known, "sign_up");
        world.Begin(server);
        world.Run(TimeSpan.FromSeconds(5));

        world.Append(isRegistrationPaused ? Known : New, "sign_up");
        world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal((1, 1), (server.Registrations, server.Requests));
        Assert.Equal(isRegistrationPaused ? 1 : 0, world.Delivered);

        world.Run(TimeSpan.FromMinutes(16));
        Assert.Equal(2, world.Delivered);
    }

    /// <summary>Its events are delivered by a process that has the right key, all but those of a user that EngageLab doesn't know.</summary>
    [Fact]
    public void A_process_with_a_wrong_key_recalls_no_outage_while_another_one_delivers()
    {
        const int Unknown = 100;
        using var log = new CapturingLogger();
        using var world = new ModelWorld(1) { FirstExternalId = Unknown };
        world.Append(1, "sign_up");
        world.Begin(WrongKeyServer(world), logger: log);
        world.Run(TimeSpan.FromSeconds(30));
        Assert.Contains("40050", Assert.Single(log.Entries).Text, StringComparison.Ordinal);

        var server = new ModelServer(world.Random);
        server.UnknownIds.Add($"user-{Unknown}");
        world.Begin(server);
        world.Append(Unknown, "sign_up");
        for (int minute = 1; minute <= 60; minute++)
        {
            world.Append(1, "page_viewed");
            world.Run(TimeSpan.FromMinutes(minute));
        }

        Assert.Equal(61, world.Delivered);
        Assert.Single(log.Entries);
    }

    [Fact]
    public void A_process_with_a_wrong_key_recalls_the_outage_where_nobody_else_delivers()
    {
        using var log = new CapturingLogger();
        using var world = new ModelWorld(1);
        world.Append(1, "sign_up");
        world.Begin(WrongKeyServer(world), logger: log);
        world.Run(TimeSpan.FromMinutes(60));
        Assert.InRange(log.Entries.Count(entry => entry.Text.Contains("have not been delivered since 2026-01-01 00:00:0", StringComparison.Ordinal)), 2, 4);
    }

    /// <summary>Ids that have no EUID come all the time: they are asked for with others, and new users don't wait behind them.</summary>
    [Fact]
    public void Ids_without_an_EUID_do_not_delay_new_users()
    {
        using var world = new ModelWorld(1) { FirstExternalId = 1 };
        var server = new ModelServer(world.Random);
        world.Begin(server);
        List<ModelEvent> good = [];
        for (int second = 1; second <= 120; second++)
        {
            for (int i = 0; i < 60; i++)
            {
                ModelEvent bad = world.Prepare((second * 1000) + i, "sign_up");
                bad.IsBad = true;
                server.UnknownIds.Add(world.UserOf(bad).ExternalId!);
                world.Append(bad);
            }

            ModelEvent sent = world.Prepare((second * 1000) + 999, "sign_up");
            world.Append(sent);
            good.Add(sent);
            world.Run(TimeSpan.FromSeconds(second));
        }

        world.Run(TimeSpan.FromSeconds(125));
        Assert.All(good, sent => Assert.InRange(sent.TakenAt!.Value - sent.AppendedAt, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        Assert.All(server.Asked.Values, asked => Assert.InRange(asked, 1, 6));
        Assert.InRange(server.Registrations, 60, 400);
    }

    /// <summary>A proxy answers with a page five times of seven. What was quarantined meanwhile is at no fault.</summary>
    [Fact]
    public void What_was_quarantined_by_a_fault_of_the_server_is_delivered_soon_after_it()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var world = new ModelWorld(seed);
            var server = new ModelServer(world.Random);
            var wellAt = TimeSpan.FromMinutes(2);
            server.Rules.Add((now, _) => now < wellAt && world.Random.Next(7) < 5 ? ModelResponse.Of(200) : null);
            AppendFor(world, users: 200, each: 5);
            world.Begin(server);
            world.Run(TimeSpan.FromMinutes(60), () => world.Delivered == 1000);
            Assert.Equal(0, world.DeadLetters);
            Assert.Equal(1000, world.Delivered);
            Assert.InRange(LastTaken(world), TimeSpan.Zero, wellAt + TimeSpan.FromSeconds(65));
        }
    }

    /// <summary>A lane that has nothing but bad events quarantines each of them, until the quarantine is full.</summary>
    [Fact]
    public void When_the_quarantine_is_full_its_lanes_wait()
    {
        const int Most = 5;
        const int RequestsToHalveAHundred = 7;
        Assert.Equal(1000, ModelWorld.DefaultSettings.MaxQuarantined);
        using var world = new ModelWorld(1);
        var server = new ModelServer(world.Random);
        for (int i = 0; i < 100; i++)
        {
            ModelEvent sent = world.Prepare(1, $"name_{i}");
            sent.IsBad = true;
            world.Append(sent);
        }

        world.Begin(server, ModelWorld.DefaultSettings with { MaxQuarantined = Most });
        world.Run(TimeSpan.FromSeconds(50));

        // Behind the first quarantined event all are sent again, and behind the second one, where none was accepted before, one after the other.
        Assert.Equal((2 * RequestsToHalveAHundred) + Most - 2, server.Requests);
        Assert.Equal(Most, world.Events.Count(sent => sent.Trials.Count > 0));

        // They are tried again in turn, and nobody else is.
        world.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(Most, world.Events.Count(sent => sent.Trials.Count > 0));
        Assert.All(world.Events.Take(Most), sent => Assert.True(sent.Trials.Count > 1));
    }

    /// <summary>One good event behind a few that the server still rejects, and thousands of positions before all of them.</summary>
    [Fact]
    public void Each_event_of_a_name_that_is_held_has_its_turn()
    {
        const string Name = "sign_up";
        using var world = new ModelWorld(1);
        var server = new ModelServer(world.Random);
        for (int i = 0; i < 5000; i++)
        {
            world.Append(1 + (i % 30), "page_viewed");
        }

        world.Begin(server);
        world.Run(TimeSpan.FromMinutes(5), () => world.Delivered == 5000);
        for (int i = 0; i < 10; i++)
        {
            ModelEvent bad = world.Prepare(1, Name);
            bad.IsBad = true;
            world.Append(bad);
        }

        for (int proofs = 0; !world.Outbox.IsHeld(Name); proofs++)
        {
            Assert.InRange(proofs, 0, 100);
            world.Append(ModelWorld.ProofUser, "proof");
            world.Run(world.Now + TimeSpan.FromSeconds(5));
        }

        ModelEvent good = world.Prepare(1, Name);
        world.Append(good);
        world.Run(world.Now + TimeSpan.FromMinutes(30), () => good.TakenAt is not null);
        Assert.NotNull(good.TakenAt);
    }

    private static TimeSpan LastTaken(ModelWorld world) => world.Events.Max(sent => sent.TakenAt!.Value);

    private static ModelServer WrongKeyServer(ModelWorld world)
    {
        var server = new ModelServer(world.Random);
        server.Rules.Add((_, _) => ModelResponse.Of(401, 40050));
        server.RegistrationRules.Add(_ => ModelResponse.Of(401, 40050));
        return server;
    }

    private static ModelServer SlowServer(ModelWorld world)
    {
        var server = new ModelServer(world.Random);
        server.Rules.Add((_, _) => ModelResponse.Accepted(Slow));
        return server;
    }

    private static void AppendFor(ModelWorld world, int users, int each)
    {
        for (int i = 0; i < users * each; i++)
        {
            world.Append(1 + (i % users), "sign_up");
        }
    }
}
