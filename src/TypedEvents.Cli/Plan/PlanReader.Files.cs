using System.Text;

namespace TypedEvents.Cli;

/// <summary>Plans in files. Analyzers get their text from the compiler, and don't have this part.</summary>
internal static partial class PlanReader
{
    /// <summary>What reads the plan, and how it is brought up to date.</summary>
    private const string Reader = "tool";
    private const string Update = "tool: dotnet tool update TypedEvents.Cli";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a plan from a file.</summary>
    /// <exception cref="ToolException">There is no such file, it can't be read, or it isn't a plan.</exception>
    public static TrackingPlan ReadFile(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException($"There is no file '{path}'.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{path}' can't be read: {exception.Message}", exception);
        }

        return Parse(content, path);
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="json">The plan in UTF-8.</param>
    /// <param name="name">Its name, for messages and locations.</param>
    public static TrackingPlan Parse(ReadOnlySpan<byte> json, string name)
    {
        ReadOnlySpan<byte> content = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        string text;
        try
        {
            text = StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ToolException($"'{name}' isn't valid UTF-8.", exception);
        }

        return Parse(text, name);
    }
}
