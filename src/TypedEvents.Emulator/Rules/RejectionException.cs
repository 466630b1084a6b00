namespace TypedEvents.Emulator;

/// <summary>A request breaks a rule, so nothing of it is kept; carries the response.</summary>
internal sealed class RejectionException(Response response, string message) : Exception(message)
{
    public RejectionException(int status, int code, string message)
        : this(Response.Of(status, code, message), message)
    {
    }

    public Response Response { get; } = response;

    /// <summary>A body that breaks <paramref name="rule"/> at <paramref name="place"/>.</summary>
    public static RejectionException At(string place, string rule, int code = EmulatorCodes.InvalidBody) =>
        new(400, code, $"{place}: {rule}");
}
