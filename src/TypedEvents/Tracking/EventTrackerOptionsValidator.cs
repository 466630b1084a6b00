using System.Globalization;

namespace TypedEvents;

/// <summary>Validates a tracker's options, including those of the connection. Its exceptions name the option and the legal values.</summary>
internal static class EventTrackerOptionsValidator
{
    private const int MaxProjectLength = 256;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static void Validate(EventTrackerOptions options)
    {
        if (options.TransientCodes is null)
        {
            throw new ArgumentException("TransientCodes must not be null; use an empty collection for none.", nameof(options));
        }

        foreach (int code in options.TransientCodes)
        {
            if (code == EngageCodes.Accepted.Number)
            {
                throw new ArgumentException("TransientCodes must not contain 0, by which EngageLab says that it accepted the events.", nameof(options));
            }

            if (EngageCodes.MeansConfiguration(code))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"TransientCodes must not contain {code}, by which EngageLab rejects the credentials or the project: events stay pending then in any case."),
                    nameof(options));
            }
        }

        CheckProject(options.Project);
        Check(nameof(options.MaxBatchEvents), options.MaxBatchEvents, 1, 1000);
        Check(nameof(options.MaxBatchBytes), options.MaxBatchBytes, 1024, 16 * 1024 * 1024);
        Check(nameof(options.BufferBytes), options.BufferBytes, 64 * 1024, 1024 * 1024 * 1024);
        if (options.MaxEventBytes < 256 || options.MaxEventBytes > options.BufferBytes)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"MaxEventBytes must be between 256 and {options.BufferBytes} (BufferBytes, as an event must fit into the buffer), but was {options.MaxEventBytes}."),
                nameof(options));
        }

        Check(nameof(options.MaxStringBytes), options.MaxStringBytes ?? int.MaxValue, 4, int.MaxValue);
        Check(nameof(options.ValidationFailures), options.ValidationFailures, ValidationFailurePolicy.Send, ValidationFailurePolicy.Throw);
        Check(nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, 1, Partition.Count);
        Check(nameof(options.RequestsPerSecond), options.RequestsPerSecond, 1, 10_000);
        Check(nameof(options.UserCacheSize), options.UserCacheSize, 1, 10_000_000);
        Check(nameof(options.UserCacheDuration), options.UserCacheDuration, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        Check(nameof(options.MaxEventAge), options.MaxEventAge ?? TimeSpan.MaxValue, TimeSpan.FromMinutes(1), TimeSpan.MaxValue);
        Check(nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Check(nameof(options.FlushInterval), options.FlushInterval, TimeSpan.Zero, Hour);
        Check(nameof(options.FlushTimeout), options.FlushTimeout, TimeSpan.Zero, Hour);
        Check(nameof(options.ShutdownTimeout), options.ShutdownTimeout, TimeSpan.Zero, Hour);
        EngageApiOptionsValidator.Validate(options.ToApiOptions());
    }

    /// <summary>The name must be readable in a message and easy to enter again.</summary>
    private static void CheckProject(string? project)
    {
        if (project is not null
            && (project.Length is 0 or > MaxProjectLength || project.Trim() != project || Array.Exists(project.ToCharArray(), char.IsControl) || !WellFormedText.IsWellFormed(project)))
        {
            throw new ArgumentException(
                $"Project must be 1 to {MaxProjectLength} characters, without control characters and without leading or trailing white space. If it is null, a hash of the API key takes its place.",
                nameof(project));
        }
    }

    private static void Check<T>(string option, T value, T min, T max)
        where T : IComparable
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{option} must be between {min} and {max}, but was {value}."),
                option);
        }
    }
}
