using Xunit.Sdk;

namespace TypedEvents.Native.Tests;

/// <summary>Generic code of xunit's assertions that it puts together at run time, for values that the tests compare: named here, it is compiled.</summary>
internal static class Instantiations
{
    public static void Keep()
    {
        _ = CollectionTrackerExtensions.AsTracker<byte>([]);
        _ = CollectionTrackerExtensions.AsTracker<Euid>([]);
        _ = CollectionTrackerExtensions.AsTracker<int>([]);
    }
}
