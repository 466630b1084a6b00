using System.Text;

namespace TypedEvents.Stress;

/// <summary>Writes complete lines to the pipe without buffering, so that they survive the process.</summary>
internal static class ChildOutput
{
    private static readonly Stream Output = Console.OpenStandardOutput();

    public static void WriteLine(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (Output)
        {
            Output.Write(bytes);
            Output.Flush();
        }
    }
}
