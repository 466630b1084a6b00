namespace TypedEvents.Stress;

/// <summary>The way to start a child process: under JIT, or as a Native AOT executable.</summary>
internal sealed record ChildHost(string Name, string FileName, IReadOnlyList<string> FirstArguments)
{
    /// <summary>This program, under JIT.</summary>
    public static ChildHost Jit { get; } = new(
        "JIT",
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "TypedEvents.Stress.dll")]);

    public static ChildHost Native(string path) => new("Native AOT", path, []);
}
