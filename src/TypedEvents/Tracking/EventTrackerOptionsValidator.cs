using System.Globalization;

namespace TypedEvents;

/// <summary>Validates a tracker's options, including those of the connection. Each failure names the option and the legal values.</summary>
internal static class EventTrackerOptionsValidator
{
    private const int MinBufferBytes = 64 * 1024;
    private const int MinEventBytes = 256;
    private const int MaxNameLength = 64;
    private const int MaxProjectLength = 256;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Finds everything that is wrong. A disabled tracker needs no credentials.</summary>
    public static List<OptionFailure> Find(EventTrackerOptions options)
    {
        List<OptionFailure> failures = [];
        Add(failures, nameof(options.Name), DescribeText(nameof(options.Name), options.Name, MaxNameLength, ""));
        EngageApiOptionsValidator.Find(options.ToApiOptions(), needsCredentials: options.Enabled, failures);
        Add(failures, nameof(options.TransientCodes), DescribeTransientCodes(options.TransientCodes));
        if (options.Project is not null)
        {
            Add(failures, nameof(options.Project), DescribeText(nameof(options.Project), options.Project, MaxProjectLength, " If it is null, a hash of the API key takes its place."));
        }

        Check(failures, nameof(options.MaxBatchEvents), options.MaxBatchEvents, 1, 1000);
        Check(failures, nameof(options.MaxBatchBytes), options.MaxBatchBytes, 1024, 16 * 1024 * 1024);
        Check(failures, nameof(options.BufferBytes), options.BufferBytes, MinBufferBytes, 1024 * 1024 * 1024);
        if (options.MaxEventBytes < MinEventBytes || (options.MaxEventBytes > options.BufferBytes && options.BufferBytes >= MinBufferBytes))
        {
            failures.Add(new(
                nameof(options.MaxEventBytes),
                string.Create(CultureInfo.InvariantCulture, $"MaxEventBytes must be between {MinEventBytes} and {options.BufferBytes} (BufferBytes, as an event must fit into the buffer), but was {options.MaxEventBytes}.")));
        }

        Check(failures, nameof(options.MaxStringBytes), options.MaxStringBytes ?? int.MaxValue, 4, int.MaxValue);
        Check(failures, nameof(options.ValidationFailures), options.ValidationFailures, ValidationFailurePolicy.Send, ValidationFailurePolicy.Throw);
        Check(failures, nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, 1, Partition.Count);
        Check(failures, nameof(options.RequestsPerSecond), options.RequestsPerSecond, 1, 10_000);
        Check(failures, nameof(options.UserCacheSize), options.UserCacheSize, 1, 10_000_000);
        Check(failures, nameof(options.UserCacheDuration), options.UserCacheDuration, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));
        Check(failures, nameof(options.MaxEventAge), options.MaxEventAge ?? TimeSpan.MaxValue, TimeSpan.FromMinutes(1), TimeSpan.MaxValue);
        Check(failures, nameof(options.AttemptTimeout), options.AttemptTimeout, EngageApiOptionsValidator.MinTimeout, EngageApiOptionsValidator.MaxTimeout);
        Check(failures, nameof(options.FlushInterval), options.FlushInterval, TimeSpan.Zero, Hour);
        Check(failures, nameof(options.FlushTimeout), options.FlushTimeout, TimeSpan.Zero, Hour);
        Check(failures, nameof(options.ShutdownTimeout), options.ShutdownTimeout, TimeSpan.Zero, Hour);
        return failures;
    }

    private static string? DescribeTransientCodes(IReadOnlyCollection<int>? codes)
    {
        if (codes is null)
        {
            return "TransientCodes must not be null; use an empty collection for none.";
        }

        foreach (int code in codes)
        {
            if (code == EngageCodes.Accepted.Number)
            {
                return "TransientCodes must not contain 0, by which EngageLab says that it accepted the events.";
            }

            if (EngageCodes.MeansConfiguration(code))
            {
                return string.Create(CultureInfo.InvariantCulture, $"TransientCodes must not contain {code}, by which EngageLab rejects the credentials or the project: events stay pending then in any case.");
            }
        }

        return null;
    }

    /// <summary>A name must be readable in a message and easy to enter again.</summary>
    private static string? DescribeText(string option, string? text, int maxLength, string remark) =>
        text is not null && text.Length > 0 && text.Length <= maxLength && text.Trim() == text && !WellFormedText.HasControl(text) && WellFormedText.IsWellFormed(text)
            ? null
            : $"{option} must be 1 to {maxLength} characters, without control characters and without leading or trailing white space.{remark}";

    private static void Check(List<OptionFailure> failures, string option, IComparable value, IComparable min, IComparable max)
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            failures.Add(new(option, string.Create(CultureInfo.InvariantCulture, $"{option} must be between {min} and {max}, but was {value}.")));
        }
    }

    private static void Add(List<OptionFailure> failures, string option, string? message)
    {
        if (message is not null)
        {
            failures.Add(new(option, message));
        }
    }
}
