using TypedEvents;

namespace Contoso.System
{
    /// <summary>Hides the framework's where somebody writes a name without <c>global::</c>.</summary>
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
