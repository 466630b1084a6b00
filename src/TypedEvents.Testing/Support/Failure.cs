using System.Text;

namespace TypedEvents.Testing;

/// <summary>Makes the exceptions of failed assertions.</summary>
internal static class Failure
{
    /// <summary>An exception whose message ends in the list of what was recorded.</summary>
    public static EventAssertionException New(StringBuilder message, IReadOnlyList<RecordedEvent> recorded)
    {
        message.AppendLine();
        if (recorded.Count == 0)
        {
            message.Append("Nothing was recorded.");
        }
        else
        {
            message.Append("Recorded:");
            foreach (string line in EventText.FirstLines(recorded))
            {
                message.AppendLine().Append("  ").Append(line);
            }
        }

        return new EventAssertionException(message.ToString(), recorded);
    }
}
