namespace TypedEvents.Emulator;

/// <summary>Thrown when a request violates a rule, so nothing of it is accepted. Carries the response.</summary>
internal sealed class RejectionException(Response response, string message) : Exception(message)
{
    public RejectionException(int status, int code, string message)
        : this(Response.Of(status, code, message), message)
    {
    }

    public Response Response { get; } = response;

    /// <summary>The exception for a body that violates <paramref name="rule"/> at <paramref name="place"/>.</summary>
    public static RejectionException At(string place, string rule, int code = EmulatorCodes.InvalidBody) =>
        new(400, code, $"{place}: {rule}");
}
