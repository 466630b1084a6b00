using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TypedEvents.Benchmarks;

/// <summary>Describes the environment of a measurement.</summary>
internal static class Machine
{
    public static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    public static string Describe()
    {
        string mode = IsNative ? "Native AOT" : "JIT";
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {mode}, vectors of {bits} bits (Vector512.IsHardwareAccelerated: {Vector512.IsHardwareAccelerated}), {Environment.ProcessorCount} cores";
    }
}
