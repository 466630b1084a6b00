namespace TypedEvents.Collector;

/// <summary>A request breaks a rule, so nothing of it is kept; carries the answer.</summary>
internal sealed class RefusalException(Answer answer, string message) : Exception(message)
{
    public RefusalException(int status, int code, string message)
        : this(Answer.Of(status, code, message), message)
    {
    }

    public Answer Answer { get; } = answer;

    /// <summary>A body that breaks <paramref name="rule"/> at <paramref name="place"/>.</summary>
    public static RefusalException At(string place, string rule, int code = CollectorCodes.InvalidBody) =>
        new(400, code, $"{place}: {rule}");
}
