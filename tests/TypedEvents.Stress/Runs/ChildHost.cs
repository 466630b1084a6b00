namespace TypedEvents.Stress;

/// <summary>How a child process is started: under JIT, or as a Native AOT executable.</summary>
internal sealed record ChildHost(string Name, string FileName, IReadOnlyList<string> FirstArguments)
{
    /// <summary>This program, compiled as it runs.</summary>
    public static ChildHost Jit { get; } = new(
        "JIT",
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "TypedEvents.Stress.dll")]);

    public static ChildHost Native(string path) => new("native AOT", path, []);
}
