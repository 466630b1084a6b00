using Xunit.Sdk;

namespace TypedEvents.Native.Tests;

/// <summary>
/// Generic methods that xunit's assertions instantiate at run time for the values that the tests compare. Naming them here makes the compiler
/// generate them.
/// </summary>
internal static class Instantiations
{
    public static void Keep()
    {
        _ = CollectionTrackerExtensions.AsTracker<byte>([]);
        _ = CollectionTrackerExtensions.AsTracker<Euid>([]);
        _ = CollectionTrackerExtensions.AsTracker<int>([]);
    }
}
