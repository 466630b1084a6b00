using System.Text;
using TypedEvents.Emulator;

namespace TypedEvents.Cli;

/// <summary>
/// A file of events, one JSON object in a line, as received. They are written as they arrive to another file beside it, with the ending
/// <c>.partial</c>, which takes its place at the end: the file is whole whenever it is read, and what was written of it survives if the tool is killed.
/// </summary>
internal sealed class SavedEvents : IAsyncDisposable
{
    private readonly string _path;
    private readonly string? _partial;
    private readonly FileStream _file;
    private bool _isComplete;

    private SavedEvents(string path, string? partial, FileStream file)
    {
        _path = path;
        _partial = partial;
        _file = file;
    }

    /// <exception cref="ToolException">The file can't be written.</exception>
    public static SavedEvents Create(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ToolException($"'{path}' is a folder: name a file.");
        }

        string? partial = AtomicFile.IsDevice(path) ? null : path + ".partial";
        try
        {
            if (partial is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            }

            return new SavedEvents(path, partial, new FileStream(partial ?? path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{path}' can't be written: {exception.Message}", exception);
        }
    }

    /// <summary>Writes an event.</summary>
    /// <exception cref="ToolException">The file can't be written.</exception>
    public async Task AddAsync(ReceivedEvent received)
    {
        try
        {
            await _file.WriteAsync(Encoding.UTF8.GetBytes(JsonLine.Of(received.Json) + "\n"));
        }
        catch (IOException exception)
        {
            throw new ToolException($"'{_path}' can't be written: {exception.Message.TrimEnd('.')}. What was written is in '{_partial ?? _path}'.", exception);
        }
    }

    /// <summary>Puts the file in its place.</summary>
    /// <exception cref="ToolException">The file can't be written.</exception>
    public void Complete()
    {
        try
        {
            _file.Flush(flushToDisk: _partial is not null);
            _file.Dispose();
            if (_partial is not null)
            {
                File.Move(_partial, _path, overwrite: true);
            }

            _isComplete = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{_path}' can't be written: {exception.Message.TrimEnd('.')}. The events are in '{_partial ?? _path}'.", exception);
        }
    }

    /// <summary>Removes what is empty, because the application wasn't started.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isEmpty = !_isComplete && _file.CanSeek && _file.Length == 0;
        await _file.DisposeAsync();
        if (isEmpty && _partial is not null)
        {
            File.Delete(_partial);
        }
    }
}
