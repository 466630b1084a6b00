namespace TypedEvents.Tests;

/// <summary>"The gate" of docs/delivery.md: how long it is closed for.</summary>
public sealed class GateTests
{
    private readonly Gate _gate = new(new Backoff(new Random(1)));

    [Fact]
    public void Closed_for_the_configuration_it_is_tried_after_1_2_5_15_minutes_and_then_every_15()
    {
        TimeSpan now = TimeSpan.FromHours(1);
        foreach (int minutes in (int[])[1, 2, 5, 15, 15, 15])
        {
            _gate.Close(GateReason.Configuration, _gate.Period, now);
            Assert.Equal(now + TimeSpan.FromMinutes(minutes), _gate.NextTry);
            now = _gate.NextTry;
        }
    }

    [Theory]
    [InlineData(GateReason.Failures)]
    [InlineData(GateReason.Refusals)]
    internal void Closed_for_anything_else_it_is_tried_after_a_back_off_of_at_most_a_minute(GateReason reason)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (int tries = 1; tries <= 100; tries++)
        {
            _gate.Close(reason, _gate.Period, TimeSpan.Zero);
            Assert.InRange(_gate.NextTry.TotalSeconds, 0, Math.Min(60, Math.Pow(2, tries - 1)));
            longest = _gate.NextTry > longest ? _gate.NextTry : longest;
        }

        Assert.True(longest > TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void Once_it_was_open_or_closed_for_another_reason_the_waits_begin_anew()
    {
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(2), _gate.NextTry);
        _gate.Open();
        Assert.True(_gate.IsOpen);
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(1), _gate.NextTry);

        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        _gate.Close(GateReason.Failures, _gate.Period, TimeSpan.Zero);
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(1), _gate.NextTry);
    }

    [Fact]
    public void The_responses_to_requests_that_were_in_flight_when_it_closed_do_not_move_its_schedule()
    {
        int period = _gate.Period;
        for (int i = 0; i < 4; i++)
        {
            _gate.Close(GateReason.Configuration, period, TimeSpan.FromSeconds(i));
        }

        _gate.Close(GateReason.Failures, period, TimeSpan.FromSeconds(5));
        Assert.Equal((GateReason.Configuration, TimeSpan.FromMinutes(1)), (_gate.Reason, _gate.NextTry));

        _gate.Open();
        _gate.Close(GateReason.Configuration, period, TimeSpan.FromMinutes(2));
        Assert.True(_gate.IsOpen);
    }

    [Fact]
    public void What_the_other_endpoint_accepted_is_reason_for_one_early_attempt_which_costs_nothing_if_it_fails()
    {
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.FromMinutes(1));
        var due = TimeSpan.FromMinutes(3);

        _gate.TryEarly(madeAt: TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(61));
        Assert.Equal(due, _gate.NextTry);
        _gate.TryEarly(madeAt: TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(62));
        Assert.Equal(TimeSpan.FromSeconds(62), _gate.NextTry);

        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.FromSeconds(63));
        Assert.Equal(due, _gate.NextTry);
        _gate.TryEarly(madeAt: TimeSpan.FromSeconds(64), TimeSpan.FromSeconds(65));
        Assert.Equal(due, _gate.NextTry);

        _gate.Close(GateReason.Configuration, _gate.Period, due);
        Assert.Equal(due + TimeSpan.FromMinutes(5), _gate.NextTry);
        _gate.TryEarly(madeAt: due, due + TimeSpan.FromSeconds(1));
        Assert.Equal(due + TimeSpan.FromSeconds(1), _gate.NextTry);
    }

    [Fact]
    public void What_may_be_mended_is_tried_at_once_and_the_gate_stays_closed()
    {
        _gate.Close(GateReason.Configuration, _gate.Period, TimeSpan.Zero);
        _gate.TryNow(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _gate.NextTry);
        Assert.Equal(GateReason.Configuration, _gate.Reason);
    }
}
