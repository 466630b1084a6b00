namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A folder for one test's files; gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("typedevents-").FullName;

    /// <summary>The place of an outbox.</summary>
    public string Outbox => System.IO.Path.Combine(Path, "events.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
