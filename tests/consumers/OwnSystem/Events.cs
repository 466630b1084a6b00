using TypedEvents;

namespace Contoso.System
{
    /// <summary>Hides the framework's type from code that doesn't use <c>global::</c>.</summary>
    public enum Guid
    {
        Weak,
        Strong,
    }

    public sealed class String;

    public sealed class DateTimeOffset;

    namespace Collections.Generic
    {
        public sealed class List<T>;
    }

    [EngageEvent("device_started")]
    public partial record DeviceStarted(
        global::System.Guid Id,
        Guid Strength,
        global::System.Collections.Generic.List<string> Parts,
        global::System.TimeSpan Took);
}
