namespace TypedEvents.Cli.Tests;

/// <summary>Tests whose files lie in a folder of their own, which is deleted with them.</summary>
public abstract class FolderTests : IDisposable
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("typedevents-cli-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);
}
