namespace TypedEvents.Tests;

/// <summary>docs/concepts/error-handling.md, line by line: what each kind of response changes.</summary>
public sealed class DeliveryPolicyTests
{
    private const int Limit = 100;

    private readonly DeliveryPolicy _policy = new(lanes: 2, Limit, new Backoff(new Random(1)));
    private readonly LaneState _lane;
    private readonly LaneState _other;
    private TimeSpan _now = TimeSpan.FromHours(1);

    public DeliveryPolicyTests()
    {
        _lane = _policy.Lanes[0];
        _other = _policy.Lanes[1];
    }

    [Fact]
    public void Accepted_it_is_delivered_and_counted_and_ends_all_rows()
    {
        Fail(5);
        Reject(2);
        DecideCombined(ResponseMeaning.Rejected);
        Assert.True(_lane.MustSendAlone);
        Assert.Equal(DispositionKind.Delivered, Accept(1).Kind);
        Assert.Equal((1, 1), (_policy.Accepted, _policy.ConsecutiveAcceptances));
        Assert.Equal((0, 0), (_policy.ConsecutiveFailures, _policy.ConsecutiveRejections));
        Assert.Equal(0, _lane.ConsecutiveFailures);
        Assert.False(_lane.MustSendAlone);
    }

    [Theory]
    [InlineData(CircuitOpenReason.Failures)]
    [InlineData(CircuitOpenReason.Configuration)]
    [InlineData(CircuitOpenReason.Rejections)]
    internal void Accepted_it_closes_the_circuit_whatever_opened_it(CircuitOpenReason reason)
    {
        _policy.CircuitBreaker.Open(reason, _policy.CircuitBreaker.Period, _now);
        Accept(1);
        Assert.True(_policy.CircuitBreaker.IsClosed);
    }

    [Fact]
    public void Accepted_inside_a_window_it_shrinks_that_and_the_next_try_doubles()
    {
        Reject(80);
        Assert.Equal((80, 40), (_lane.BisectionRange, _lane.NextCount(Limit)));
        Accept(30);
        Assert.Equal((50, 25), (_lane.BisectionRange, _lane.NextCount(Limit)));
        Accept(60);
        Assert.Equal(0, _lane.BisectionRange);
        Assert.Equal(Limit, _lane.NextCount(Limit));
    }

    [Fact]
    public void Accepted_with_those_of_other_lanes_nothing_is_held_against_any_of_its_events()
    {
        FailAlone(1);
        _policy.Decide(Of(_other, AttemptKind.Batch, Items([3])), ResponseMeaning.Failed, isTimeout: false, _now);
        _policy.Decide(Of(_other, AttemptKind.ProbeHeldName, Items([4])), ResponseMeaning.Rejected, isTimeout: false, _now);
        Assert.Equal((1, 1, 1), (_lane.FirstFailures.Count, _other.FirstFailures.Count, _other.Quarantined.Count));

        DecideCombined(ResponseMeaning.Accepted);

        Assert.Empty(_lane.FirstFailures);
        Assert.Empty(_other.FirstFailures);
        Assert.Equal([4], _other.Quarantined.Keys);
    }

    [Fact]
    public void Every_tenth_acceptance_the_limit_grows_by_a_tenth_up_to_its_most()
    {
        TimeOut(100);
        TimeOut(50);
        Assert.Equal(25, _policy.Limit);
        Accept(9, times: 9);
        Assert.Equal(25, _policy.Limit);
        Accept(1);
        Assert.Equal(27, _policy.Limit);
        Accept(1, times: 10);
        Assert.Equal(29, _policy.Limit);
        Accept(1, times: 1000);
        Assert.Equal(Limit, _policy.Limit);
    }

    [Fact]
    public void A_limit_of_one_grows_too()
    {
        Decide(AttemptKind.Batch, ResponseMeaning.RejectedSize, [1, 2, 3]);
        Assert.Equal(1, _policy.Limit);
        Accept(1, times: 10);
        Assert.Equal(2, _policy.Limit);
    }

    [Fact]
    public void Rejected_it_ends_the_consecutive_failures_and_closes_the_circuit()
    {
        Fail(1);
        Fail(1);
        _policy.CircuitBreaker.Open(CircuitOpenReason.Configuration, _policy.CircuitBreaker.Period, _now);
        Assert.Equal(DispositionKind.Retry, Reject(10).Kind);
        Assert.Equal((0, 1), (_policy.ConsecutiveFailures, _policy.ConsecutiveRejections));
        Assert.Equal(0, _lane.ConsecutiveFailures);
        Assert.True(_policy.CircuitBreaker.IsClosed);
    }

    [Fact]
    public void Rejected_with_others_they_are_the_bisection_range_of_which_half_is_sent_next()
    {
        Reject(100);
        Assert.Equal((100, 50), (_lane.BisectionRange, _lane.NextCount(Limit)));
        Reject(50);
        Assert.Equal((50, 25), (_lane.BisectionRange, _lane.NextCount(Limit)));
        Reject(3);
        Assert.Equal((3, 1), (_lane.BisectionRange, _lane.NextCount(Limit)));
    }

    [Theory]
    [InlineData(ResponseMeaning.Rejected)]
    [InlineData(ResponseMeaning.Failed)]
    [InlineData(ResponseMeaning.Configuration)]
    internal void Not_accepted_a_combined_requests_lanes_go_alone_until_they_had_an_acceptance(ResponseMeaning meaning)
    {
        DecideCombined(meaning);
        Assert.Equal((true, true), (_lane.MustSendAlone, _other.MustSendAlone));
        Assert.Equal((0, 0), (_lane.BisectionRange, _other.BisectionRange));
        _policy.CircuitBreaker.Close();
        Accept(2);
        Assert.Equal((false, true), (_lane.MustSendAlone, _other.MustSendAlone));
    }

    [Fact]
    public void Rejected_for_their_size_the_limit_halves()
    {
        Decide(AttemptKind.Batch, ResponseMeaning.RejectedSize, Numbers(100));
        Assert.Equal((50, 100), (_policy.Limit, _lane.BisectionRange));
        Decide(AttemptKind.Batch, ResponseMeaning.RejectedSize, Numbers(3));
        Assert.Equal(1, _policy.Limit);
        Decide(AttemptKind.Batch, ResponseMeaning.RejectedSize, [1]);
        Assert.Equal(1, _policy.Limit);
        Assert.Single(_lane.Quarantined);
    }

    [Fact]
    public void Rejected_alone_it_is_quarantined_and_the_next_batch_is_twice_what_was_accepted_since_the_last_quarantine()
    {
        RejectAlone(1);
        Assert.Equal(QuarantineReason.Rejected, _lane.Quarantined[1].Kind);
        Assert.Equal(0, _lane.BisectionRange);
        Assert.Equal(Limit, _lane.NextCount(Limit));
        Accept(6);
        RejectAlone(2);
        Assert.Equal(12, _lane.NextCount(Limit));
        RejectAlone(3);
        Assert.Equal(1, _lane.NextCount(Limit));
        Accept(1);
        Assert.Equal(2, _lane.NextCount(Limit));
        Accept(2);
        Assert.Equal(4, _lane.NextCount(Limit));
    }

    [Fact]
    public void Rejected_again_without_an_acceptance_since_it_is_no_dead_letter()
    {
        RejectAlone(1);
        Assert.Equal(DispositionKind.Quarantine, RejectAlone(1, AttemptKind.RetryQuarantined).Kind);
        Assert.True(_lane.Quarantined.ContainsKey(1));
    }

    [Fact]
    public void Rejected_again_after_an_acceptance_it_is_a_dead_letter()
    {
        RejectAlone(1);
        Accept(1);
        Assert.True(_lane.Quarantined[1].IsDue(_policy.Accepted, _now));
        Assert.Equal(DispositionKind.DeadLetterRejected, RejectAlone(1, AttemptKind.RetryQuarantined).Kind);
        Assert.Empty(_lane.Quarantined);
    }

    [Fact]
    public void Where_nothing_else_can_be_accepted_a_quarantined_event_is_due_after_1_minute_doubling_to_15()
    {
        RejectAlone(1);
        foreach (int minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            Assert.Equal(_now + TimeSpan.FromMinutes(minutes), _lane.Quarantined[1].Next);
            Assert.False(_lane.Quarantined[1].IsDue(_policy.Accepted, _lane.Quarantined[1].Next - TimeSpan.FromTicks(1)));
            _now = _lane.Quarantined[1].Next;
            Assert.True(_lane.Quarantined[1].IsDue(_policy.Accepted, _now));
            RejectAlone(1, AttemptKind.RetryQuarantined);
        }
    }

    [Fact]
    public void The_fifth_consecutive_dead_letter_of_one_name_holds_the_name()
    {
        Assert.Equal([null, null, null, null, "bad"], Enumerable.Range(1, 5).Select(number => DeadLetter(number, "bad")));
        Assert.Null(DeadLetter(6, "bad"));
    }

    [Fact]
    public void An_acceptance_of_the_name_resets_its_consecutive_dead_letters_and_one_of_another_name_does_not()
    {
        for (int number = 1; number <= 4; number++)
        {
            Assert.Null(DeadLetter(number, "half bad"));
        }

        Decide(AttemptKind.Batch, ResponseMeaning.Accepted, [100], name: "half bad");
        Assert.Null(DeadLetter(5, "half bad"));
        for (int number = 6; number <= 8; number++)
        {
            Assert.Null(DeadLetter(number, "half bad"));
        }

        Assert.Equal("half bad", DeadLetter(9, "half bad"));
    }

    [Fact]
    public void Thirty_consecutive_rejections_open_the_circuit_and_then_only_an_acceptance_closes_it()
    {
        for (int i = 0; i < 29; i++)
        {
            Reject(2);
        }

        Assert.True(_policy.CircuitBreaker.IsClosed);
        Reject(2);
        Assert.Equal(CircuitOpenReason.Rejections, _policy.CircuitBreaker.Reason);
        Reject(1);
        Decide(AttemptKind.Batch, ResponseMeaning.RejectedCompression, [1]);
        Assert.Equal(CircuitOpenReason.Rejections, _policy.CircuitBreaker.Reason);
        Accept(1);
        Assert.True(_policy.CircuitBreaker.IsClosed);
    }

    [Fact]
    public void Rejections_of_quarantined_events_open_no_circuit()
    {
        RejectAlone(1);
        for (int i = 0; i < 60; i++)
        {
            RejectAlone(1, AttemptKind.RetryQuarantined);
        }

        Assert.True(_policy.CircuitBreaker.IsClosed);
    }

    [Fact]
    public void Rejected_as_a_random_probe_it_stays_where_it_is()
    {
        RejectAlone(1, AttemptKind.ProbeRandom);
        Assert.Empty(_lane.Quarantined);
    }

    [Fact]
    public void Failed_it_waits_for_the_backoff_of_its_lane_and_ends_the_consecutive_acceptances()
    {
        Accept(1, times: 3);
        List<double> waits = [];
        for (int failures = 1; failures <= 4; failures++)
        {
            Fail(10);
            Assert.Equal(failures, _lane.ConsecutiveFailures);
            waits.Add((_lane.WaitUntil - _now).TotalSeconds);
            Assert.InRange(waits[^1], 0, Math.Pow(2, failures - 1));
        }

        Assert.True(waits.Max() > 1);
        Assert.Equal((0, 4), (_policy.ConsecutiveAcceptances, _policy.ConsecutiveFailures));
        Assert.Equal(TimeSpan.Zero, _other.WaitUntil);
    }

    [Fact]
    public void After_three_consecutive_failures_it_is_halved_and_inside_a_window_at_once()
    {
        Fail(80);
        Fail(80);
        Assert.Equal(0, _lane.BisectionRange);
        Fail(80);
        Assert.Equal((80, 40), (_lane.BisectionRange, _lane.NextCount(Limit)));
        Accept(1);
        Fail(40);
        Assert.Equal(20, _lane.NextCount(Limit));
    }

    [Fact]
    public void A_timeout_halves_the_limit_but_not_below_ten()
    {
        Fail(100);
        Assert.Equal(Limit, _policy.Limit);
        foreach ((int count, int limit) in ((int, int)[])[(100, 50), (50, 25), (25, 12), (12, 10), (10, 10), (2, 10)])
        {
            TimeOut(count);
            Assert.Equal(limit, _policy.Limit);
        }

        TimeOut(1);
        Assert.Equal(10, _policy.Limit);
    }

    [Fact]
    public void Failed_alone_it_stays_in_its_place_as_long_as_nothing_else_is_accepted()
    {
        for (int i = 0; i < 50; i++)
        {
            FailAlone(1);
        }

        Assert.Empty(_lane.Quarantined);
    }

    [Fact]
    public void Failed_alone_again_after_an_acceptance_it_is_quarantined_at_the_third_consecutive_failure()
    {
        FailAlone(1);
        Decide(AttemptKind.BypassHead, ResponseMeaning.Accepted, [2]);
        Assert.Equal(0, _lane.ConsecutiveFailures);
        FailAlone(1);
        FailAlone(1);
        Assert.Empty(_lane.Quarantined);
        FailAlone(1);
        Assert.Equal(QuarantineReason.Failed, _lane.Quarantined[1].Kind);
        Assert.Equal(0, _lane.BisectionRange);
        Assert.Empty(_lane.FirstFailures);
    }

    [Fact]
    public void Every_fourth_try_of_a_lane_that_fails_is_of_another_event()
    {
        List<bool> isBypassDue = [];
        for (int i = 0; i < 8; i++)
        {
            isBypassDue.Add(_lane.IsBypassDue);
            FailAlone(1);
        }

        Assert.Equal([false, false, false, true, false, false, false, true], isBypassDue);
    }

    [Fact]
    public void A_quarantined_event_that_fails_is_a_dead_letter_at_the_third_failure_right_after_ten_consecutive_acceptances()
    {
        MakeFailedQuarantined(1);
        foreach (int acceptances in (int[])[9, 10, 9, 12, 0])
        {
            Accept(1, times: acceptances);
            Assert.Equal(DispositionKind.Quarantine, FailAlone(1, AttemptKind.RetryQuarantined).Kind);
        }

        Assert.Equal(2, _lane.Quarantined[1].ConfirmedFailures);
        Accept(1, times: 10);
        Assert.Equal(DispositionKind.DeadLetterUndeliverable, FailAlone(1, AttemptKind.RetryQuarantined).Kind);
        Assert.Empty(_lane.Quarantined);
    }

    [Fact]
    public void A_quarantined_event_that_fails_closes_no_circuit_breaker_and_makes_no_lane_wait()
    {
        MakeFailedQuarantined(1);
        Accept(1);
        TimeSpan waitUntil = _lane.WaitUntil;
        for (int i = 0; i < 6; i++)
        {
            FailAlone(1, AttemptKind.RetryQuarantined);
        }

        Assert.True(_policy.CircuitBreaker.IsClosed);
        Assert.Equal((0, 0), (_policy.ConsecutiveFailures, _lane.ConsecutiveFailures));
        Assert.Equal(waitUntil, _lane.WaitUntil);
    }

    [Fact]
    public void A_quarantined_event_that_fails_while_nothing_is_accepted_is_tried_again_after_1_minute_doubling_to_15()
    {
        MakeFailedQuarantined(1);
        foreach (int minutes in (int[])[1, 2, 4, 8, 15, 15])
        {
            Assert.Equal(_now + TimeSpan.FromMinutes(minutes), _lane.Quarantined[1].Next);
            Assert.False(_lane.Quarantined[1].IsDue(_policy.Accepted, _lane.Quarantined[1].Next - TimeSpan.FromTicks(1)));
            _now = _lane.Quarantined[1].Next;
            Assert.True(_lane.Quarantined[1].IsDue(_policy.Accepted, _now));
            FailAlone(1, AttemptKind.RetryQuarantined);
        }
    }

    [Fact]
    public void A_quarantined_event_that_fails_while_others_are_accepted_is_tried_again_after_10_acceptances_and_at_the_latest_after_a_minute()
    {
        MakeFailedQuarantined(1);
        for (int i = 0; i < 5; i++)
        {
            Accept(1, times: 9);
            Assert.False(_lane.Quarantined[1].IsDue(_policy.Accepted, _now));
            Accept(1);
            Assert.True(_lane.Quarantined[1].IsDue(_policy.Accepted, _now));

            // A failure in between, so that it is never evidence.
            Fail(10);
            FailAlone(1, AttemptKind.RetryQuarantined);
            Assert.Equal(_now + TimeSpan.FromMinutes(1), _lane.Quarantined[1].Next);
        }
    }

    [Fact]
    public void A_quarantined_event_that_failed_in_an_outage_is_tried_again_after_a_minute_as_soon_as_anything_is_accepted()
    {
        MakeFailedQuarantined(1);
        for (int i = 0; i < 5; i++)
        {
            _now = _lane.Quarantined[1].Next;
            FailAlone(1, AttemptKind.RetryQuarantined);
        }

        Assert.Equal(_now + TimeSpan.FromMinutes(15), _lane.Quarantined[1].DueAt(_policy.Accepted));
        Accept(1);
        TimeSpan due = _now + TimeSpan.FromMinutes(1);
        Assert.False(_lane.Quarantined[1].IsDue(_policy.Accepted, due - TimeSpan.FromTicks(1)));
        Assert.True(_lane.Quarantined[1].IsDue(_policy.Accepted, due));
        Assert.Equal(due, _policy.NextDue(_now));
    }

    [Fact]
    public void What_caused_failures_may_be_fixed_so_a_quarantined_event_that_failed_is_due_and_one_that_was_rejected_is_not()
    {
        MakeFailedQuarantined(1);
        RejectAlone(2);
        _policy.TryNow(_now);
        Assert.True(_lane.Quarantined[1].IsDue(_policy.Accepted, _now));
        Assert.False(_lane.Quarantined[2].IsDue(_policy.Accepted, _now));
    }

    [Fact]
    public void Responses_to_requests_that_were_in_flight_when_the_circuit_breaker_closed_do_not_move_its_schedule()
    {
        Attempt[] inFlight = [.. Enumerable.Range(1, 4).Select(number => Of(number % 2 == 0 ? _lane : _other, AttemptKind.Batch, Items([number])))];
        foreach (Attempt attempt in inFlight)
        {
            _policy.Decide(attempt, ResponseMeaning.Configuration, isTimeout: false, _now);
        }

        Assert.Equal(_now + TimeSpan.FromMinutes(1), _policy.CircuitBreaker.NextTry);
        _policy.Decide(inFlight[0], ResponseMeaning.FailedConfiguration, isTimeout: false, _now);
        _policy.Decide(inFlight[0], ResponseMeaning.Failed, isTimeout: false, _now);
        Assert.Equal((CircuitOpenReason.Configuration, _now + TimeSpan.FromMinutes(1)), (_policy.CircuitBreaker.Reason, _policy.CircuitBreaker.NextTry));

        _now = _policy.CircuitBreaker.NextTry;
        Decide(AttemptKind.Batch, ResponseMeaning.Configuration, [1]);
        Assert.Equal(_now + TimeSpan.FromMinutes(2), _policy.CircuitBreaker.NextTry);
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
    public void A_quarantined_event_that_was_rejected_and_then_fails_needs_confirmed_failures()
    {
        RejectAlone(1);
        Accept(1);
        FailAlone(1, AttemptKind.RetryQuarantined);
        Assert.Equal(QuarantineReason.Failed, _lane.Quarantined[1].Kind);
        Assert.Equal(DispositionKind.Quarantine, RejectAlone(1, AttemptKind.RetryQuarantined).Kind);
        Assert.Equal(QuarantineReason.Rejected, _lane.Quarantined[1].Kind);
    }

    [Theory]
    [InlineData(ResponseMeaning.Failed, CircuitOpenReason.Failures)]
    [InlineData(ResponseMeaning.FailedConfiguration, CircuitOpenReason.Configuration)]
    internal void Five_consecutive_failures_over_all_lanes_open_the_circuit_for_the_reason_of_the_last(ResponseMeaning last, CircuitOpenReason reason)
    {
        Fail(10);
        _policy.Decide(Of(_other, AttemptKind.Batch, Items([20])), ResponseMeaning.FailedConfiguration, isTimeout: false, _now);
        Fail(10);
        Fail(10);
        Assert.True(_policy.CircuitBreaker.IsClosed);
        Decide(AttemptKind.Batch, last, [1, 2]);
        Assert.Equal(reason, _policy.CircuitBreaker.Reason);
    }

    [Fact]
    public void A_probe_that_fails_keeps_the_circuit_open_even_where_a_quarantined_event_was_sent()
    {
        MakeFailedQuarantined(1);
        _policy.CircuitBreaker.Open(CircuitOpenReason.Configuration, _policy.CircuitBreaker.Period, _now);
        FailAlone(1, AttemptKind.RetryQuarantined);
        Assert.Equal(CircuitOpenReason.Failures, _policy.CircuitBreaker.Reason);
        Decide(AttemptKind.Batch, ResponseMeaning.FailedConfiguration, [2]);
        Assert.Equal(CircuitOpenReason.Configuration, _policy.CircuitBreaker.Reason);
    }

    [Fact]
    public void Configuration_opens_the_circuit_at_once_bisects_nothing_and_quarantines_nothing()
    {
        Decide(AttemptKind.Batch, ResponseMeaning.Configuration, Numbers(100));
        Assert.Equal(CircuitOpenReason.Configuration, _policy.CircuitBreaker.Reason);
        Assert.Equal(_now + TimeSpan.FromMinutes(1), _policy.CircuitBreaker.NextTry);
        for (int i = 0; i < 10; i++)
        {
            Decide(AttemptKind.Batch, ResponseMeaning.Configuration, [1]);
        }

        Assert.Equal((0, Limit), (_lane.BisectionRange, _policy.Limit));
        Assert.Empty(_lane.Quarantined);
        Assert.Empty(_lane.FirstFailures);
    }

    [Fact]
    public void A_rejection_of_compression_keeps_the_events_and_closes_the_circuit()
    {
        Fail(1);
        _policy.CircuitBreaker.Open(CircuitOpenReason.Failures, _policy.CircuitBreaker.Period, _now);
        Assert.Equal(DispositionKind.Retry, Decide(AttemptKind.Batch, ResponseMeaning.RejectedCompression, [1]).Kind);
        Assert.True(_policy.CircuitBreaker.IsClosed);
        Assert.Empty(_lane.Quarantined);
    }

    [Fact]
    public void A_response_that_means_nothing_changes_nothing()
    {
        Fail(3);
        TimeSpan waitUntil = _lane.WaitUntil;
        Assert.Equal(DispositionKind.Retry, Decide(AttemptKind.Batch, ResponseMeaning.Nothing, [1]).Kind);
        Assert.Equal((1, 1, waitUntil), (_lane.ConsecutiveFailures, _policy.ConsecutiveFailures, _lane.WaitUntil));
    }

    /// <summary>A combined request of events 1 and 2 of the one lane and event 3 of the other.</summary>
    private Disposition DecideCombined(ResponseMeaning meaning) => _policy.Decide(
        new Attempt(AttemptKind.Batch, [new AttemptPart(_lane, 2), new AttemptPart(_other, 1)], Items([1, 2, 3])) { Period = _policy.CircuitBreaker.Period },
        meaning,
        isTimeout: false,
        _now);

    private void MakeFailedQuarantined(int number)
    {
        FailAlone(number);
        Decide(AttemptKind.BypassHead, ResponseMeaning.Accepted, [number + 1]);
        for (int i = 0; i < 3; i++)
        {
            FailAlone(number);
        }

        Assert.Equal(QuarantineReason.Failed, _lane.Quarantined[number].Kind);
    }

    /// <returns>The name that is held then.</returns>
    private string? DeadLetter(int number, string name)
    {
        Decide(AttemptKind.Batch, ResponseMeaning.Rejected, [number], name);
        Decide(AttemptKind.Batch, ResponseMeaning.Accepted, [1000 + number], name: "good");
        Disposition disposition = Decide(AttemptKind.RetryQuarantined, ResponseMeaning.Rejected, [number], name);
        Assert.Equal(DispositionKind.DeadLetterRejected, disposition.Kind);
        return disposition.NameToHold;
    }

    private Disposition Accept(int count, int times = 1)
    {
        Disposition disposition = default;
        for (int i = 0; i < times; i++)
        {
            disposition = Decide(AttemptKind.Batch, ResponseMeaning.Accepted, [.. Numbers(count).Select(number => 10_000 + number)]);
        }

        return disposition;
    }

    private Disposition Reject(int count) => Decide(AttemptKind.Batch, ResponseMeaning.Rejected, Numbers(count));

    private Disposition RejectAlone(int number, AttemptKind kind = AttemptKind.Batch) => Decide(kind, ResponseMeaning.Rejected, [number]);

    private void Fail(int count) => Decide(AttemptKind.Batch, ResponseMeaning.Failed, Numbers(count));

    private Disposition FailAlone(int number, AttemptKind kind = AttemptKind.Batch) => Decide(kind, ResponseMeaning.Failed, [number]);

    private void TimeOut(int count) =>
        _policy.Decide(Of(_lane, AttemptKind.Batch, Items(Numbers(count))), ResponseMeaning.Failed, isTimeout: true, _now);

    private Disposition Decide(AttemptKind kind, ResponseMeaning meaning, int[] numbers, string name = "page_viewed") =>
        _policy.Decide(Of(_lane, kind, Items(numbers, name)), meaning, isTimeout: false, _now);

    private Attempt Of(LaneState lane, AttemptKind kind, TriedItem[] items) =>
        new(kind, [new AttemptPart(lane, items.Length)], items) { Period = _policy.CircuitBreaker.Period };

    private static int[] Numbers(int count) => [.. Enumerable.Range(1, count)];

    private static TriedItem[] Items(int[] numbers, string name = "page_viewed") => [.. numbers.Select(number => new TriedItem(number, name))];
}
