namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A folder for one test's files. It is deleted with them.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("typedevents-").FullName;

    /// <summary>The path of an outbox.</summary>
    public string Outbox => System.IO.Path.Combine(Path, "events.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
