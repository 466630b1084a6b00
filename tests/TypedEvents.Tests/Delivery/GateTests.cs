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
            _gate.Close(GateReason.Configuration, now);
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
            _gate.Close(reason, TimeSpan.Zero);
            Assert.InRange(_gate.NextTry.TotalSeconds, 0, Math.Min(60, Math.Pow(2, tries - 1)));
            longest = _gate.NextTry > longest ? _gate.NextTry : longest;
        }

        Assert.True(longest > TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void Once_it_was_open_or_closed_for_another_reason_the_waits_begin_anew()
    {
        _gate.Close(GateReason.Configuration, TimeSpan.Zero);
        _gate.Close(GateReason.Configuration, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(2), _gate.NextTry);
        _gate.Open();
        Assert.True(_gate.IsOpen);
        _gate.Close(GateReason.Configuration, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(1), _gate.NextTry);

        _gate.Close(GateReason.Configuration, TimeSpan.Zero);
        _gate.Close(GateReason.Failures, TimeSpan.Zero);
        _gate.Close(GateReason.Configuration, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromMinutes(1), _gate.NextTry);
    }

    [Fact]
    public void What_may_be_mended_is_tried_at_once_and_the_gate_stays_closed()
    {
        _gate.Close(GateReason.Configuration, TimeSpan.Zero);
        _gate.TryNow(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _gate.NextTry);
        Assert.Equal(GateReason.Configuration, _gate.Reason);
    }
}
