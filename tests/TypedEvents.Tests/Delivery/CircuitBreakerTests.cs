namespace TypedEvents.Tests;

/// <summary>"The circuit breaker" of docs/concepts/error-handling.md: how long it stays open.</summary>
public sealed class CircuitBreakerTests
{
    private readonly CircuitBreaker _circuitBreaker = new(new Backoff(new Random(1)));

    [Fact]
    public void Open_for_the_configuration_it_is_tried_after_1_2_5_15_minutes_and_then_every_15()
    {
        TimeSpan now = TimeSpan.FromHours(1);
        foreach (int minutes in (int[])[1, 2, 5, 15, 15, 15])
        {
            _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, now);
            Assert.Equal(now + TimeSpan.FromMinutes(minutes), _circuitBreaker.NextTry);
            now = _circuitBreaker.NextTry;
        }
    }

    [Theory]
    [InlineData(CircuitOpenReason.Failures)]
    [InlineData(CircuitOpenReason.Rejections)]
    internal void Open_for_anything_else_it_is_tried_after_a_backoff_of_at_most_a_minute(CircuitOpenReason reason)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (int tries = 1; tries <= 100; tries++)
        {
            _circuitBreaker.Open(reason, _circuitBreaker.Period, TimeSpan.Zero);
            Assert.InRange(_circuitBreaker.NextTry.TotalSeconds, 0, Math.Min(60, Math.Pow(2, tries - 1)));
            longest = _circuitBreaker.NextTry > longest ? _circuitBreaker.NextTry : longest;
        }

        Assert.True(longest > TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void Once_it_was_closed_or_open_for_another_reason_the_waits_start_over()
    {
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(2), _circuitBreaker.NextTry);
        _circuitBreaker.Close();
        Assert.True(_circuitBreaker.IsClosed);
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(1), _circuitBreaker.NextTry);

        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        _circuitBreaker.Open(CircuitOpenReason.Failures, _circuitBreaker.Period, TimeSpan.Zero);
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(1), _circuitBreaker.NextTry);
    }

    [Fact]
    public void The_responses_to_requests_that_were_in_flight_when_it_closed_do_not_move_its_schedule()
    {
        int period = _circuitBreaker.Period;
        for (int i = 0; i < 4; i++)
        {
            _circuitBreaker.Open(CircuitOpenReason.Configuration, period, TimeSpan.FromSeconds(i));
        }

        _circuitBreaker.Open(CircuitOpenReason.Failures, period, TimeSpan.FromSeconds(5));
        Assert.Equal((CircuitOpenReason.Configuration, TimeSpan.FromMinutes(1)), (_circuitBreaker.Reason, _circuitBreaker.NextTry));

        _circuitBreaker.Close();
        _circuitBreaker.Open(CircuitOpenReason.Configuration, period, TimeSpan.FromMinutes(2));
        Assert.True(_circuitBreaker.IsClosed);
    }

    [Fact]
    public void What_the_other_endpoint_accepted_is_reason_for_one_early_attempt_which_costs_nothing_if_it_fails()
    {
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.FromMinutes(1));
        var due = TimeSpan.FromMinutes(3);

        _circuitBreaker.TryEarly(madeAt: TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(61));
        Assert.Equal(due, _circuitBreaker.NextTry);
        _circuitBreaker.TryEarly(madeAt: TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(62));
        Assert.Equal(TimeSpan.FromSeconds(62), _circuitBreaker.NextTry);

        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.FromSeconds(63));
        Assert.Equal(due, _circuitBreaker.NextTry);
        _circuitBreaker.TryEarly(madeAt: TimeSpan.FromSeconds(64), TimeSpan.FromSeconds(65));
        Assert.Equal(due, _circuitBreaker.NextTry);

        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, due);
        Assert.Equal(due + TimeSpan.FromMinutes(5), _circuitBreaker.NextTry);
        _circuitBreaker.TryEarly(madeAt: due, due + TimeSpan.FromSeconds(1));
        Assert.Equal(due + TimeSpan.FromSeconds(1), _circuitBreaker.NextTry);
    }

    [Fact]
    public void What_may_be_fixed_is_tried_at_once_and_the_circuit_stays_open()
    {
        _circuitBreaker.Open(CircuitOpenReason.Configuration, _circuitBreaker.Period, TimeSpan.Zero);
        _circuitBreaker.TryNow(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _circuitBreaker.NextTry);
        Assert.Equal(CircuitOpenReason.Configuration, _circuitBreaker.Reason);
    }
}
