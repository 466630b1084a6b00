namespace TypedEvents;

/// <summary>The earliest of several times that are still to come. What is due already has been done, or waits for something else than the time.</summary>
/// <param name="now">The time of the step.</param>
internal struct EarliestTime(TimeSpan now)
{
    /// <summary>The earliest time after the step's; <see langword="null"/>: there is none.</summary>
    public TimeSpan? Value { get; private set; }

    public void Add(TimeSpan? time)
    {
        if (time > now && !(Value <= time) && time != TimeSpan.MaxValue)
        {
            Value = time;
        }
    }
}
