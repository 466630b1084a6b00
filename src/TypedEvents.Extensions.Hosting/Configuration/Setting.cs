using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace TypedEvents.Configuration;

/// <summary>
/// A setting that is read from a configuration. They are read by hand: the binder reads "30" as a <see cref="TimeSpan"/> of 30 days, adds to
/// collections instead of replacing them, skips what has no getter, and doesn't know which keys are unknown.
/// </summary>
/// <param name="Name">Its key, which is the name of the option.</param>
/// <param name="Apply">Sets the option. Returns what is wrong with the value, without the name and without a secret, or <see langword="null"/>.</param>
internal sealed record Setting(string Name, Func<IConfigurationSection, EventTrackerOptions, string?> Apply)
{
    /// <summary>All settings, in the order in which they are documented.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        String(nameof(EventTrackerOptions.ApiKey), static (options, value) => options.ApiKey = value),
        String(nameof(EventTrackerOptions.ApiSecret), static (options, value) => options.ApiSecret = value),
        Boolean(nameof(EventTrackerOptions.Enabled), static (options, value) => options.Enabled = value),
        Address(nameof(EventTrackerOptions.BaseAddress), static (options, value) => options.BaseAddress = value),
        Boolean(nameof(EventTrackerOptions.AllowInsecureLoopback), static (options, value) => options.AllowInsecureLoopback = value),
        String(nameof(EventTrackerOptions.Project), static (options, value) => options.Project = value),
        String(nameof(EventTrackerOptions.AppKey), static (options, value) => options.AppKey = value),
        Integer(nameof(EventTrackerOptions.MaxBatchEvents), static (options, value) => options.MaxBatchEvents = value),
        Integer(nameof(EventTrackerOptions.MaxBatchBytes), static (options, value) => options.MaxBatchBytes = value),
        Time(nameof(EventTrackerOptions.FlushInterval), static (options, value) => options.FlushInterval = value),
        Integer(nameof(EventTrackerOptions.MaxEventBytes), static (options, value) => options.MaxEventBytes = value),
        Integer(nameof(EventTrackerOptions.MaxStringBytes), static (options, value) => options.MaxStringBytes = value),
        Integer(nameof(EventTrackerOptions.BufferBytes), static (options, value) => options.BufferBytes = value),
        Time(nameof(EventTrackerOptions.AttemptTimeout), static (options, value) => options.AttemptTimeout = value),
        Time(nameof(EventTrackerOptions.FlushTimeout), static (options, value) => options.FlushTimeout = value),
        Time(nameof(EventTrackerOptions.ShutdownTimeout), static (options, value) => options.ShutdownTimeout = value),
        Integer(nameof(EventTrackerOptions.MaxConcurrentRequests), static (options, value) => options.MaxConcurrentRequests = value),
        Integer(nameof(EventTrackerOptions.RequestsPerSecond), static (options, value) => options.RequestsPerSecond = value),
        Time(nameof(EventTrackerOptions.MaxEventAge), static (options, value) => options.MaxEventAge = value),
        Integers(nameof(EventTrackerOptions.TransientCodes), static (options, value) => options.TransientCodes = value),
        Boolean(nameof(EventTrackerOptions.CompressRequests), static (options, value) => options.CompressRequests = value),
        Integer(nameof(EventTrackerOptions.UserCacheSize), static (options, value) => options.UserCacheSize = value),
        Time(nameof(EventTrackerOptions.UserCacheDuration), static (options, value) => options.UserCacheDuration = value),
        Choice<ValidationFailurePolicy>(nameof(EventTrackerOptions.ValidationFailures), static (options, value) => options.ValidationFailures = value),
    ];

    /// <summary>Returns a setting by its key, whose case doesn't matter.</summary>
    public static Setting? Find(string name)
    {
        foreach (Setting setting in All)
        {
            if (string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return setting;
            }
        }

        return null;
    }

    /// <summary>Whether the value may be shown or logged.</summary>
    public bool IsCredential => Name is nameof(EventTrackerOptions.ApiKey) or nameof(EventTrackerOptions.ApiSecret);

    private static Setting String(string name, Action<EventTrackerOptions, string> set) => Of(name, (options, value) =>
    {
        set(options, value);
        return null;
    });

    private static Setting Boolean(string name, Action<EventTrackerOptions, bool> set) => Of(name, (options, value) =>
    {
        if (!bool.TryParse(value, out bool parsed))
        {
            return $"is '{value}', which is neither true nor false.";
        }

        set(options, parsed);
        return null;
    });

    private static Setting Integer(string name, Action<EventTrackerOptions, int> set) => Of(name, (options, value) =>
    {
        if (!TryParse(value, out int parsed))
        {
            return $"is '{value}', which isn't a whole number, such as 100.";
        }

        set(options, parsed);
        return null;
    });

    private static Setting Address(string name, Action<EventTrackerOptions, Uri> set) => Of(name, (options, value) =>
    {
        // An address may hold a password, so the value isn't shown.
        if (!Uri.TryCreate(value, UriKind.Absolute, out Uri? parsed))
        {
            return $"isn't an absolute address, such as {EngageApiOptions.DefaultBaseAddress}.";
        }

        set(options, parsed);
        return null;
    });

    private static Setting Time(string name, Action<EventTrackerOptions, TimeSpan> set) => Of(name, (options, value) =>
    {
        if (TryParse(value, out int number))
        {
            string seconds = number is >= 0 and < 86_400 ? TimeSpan.FromSeconds(number).ToString("c", CultureInfo.InvariantCulture) : "00:00:30";
            return $"is '{value}', which .NET reads as {value.Trim()} days; write '{seconds}' for {(seconds == "00:00:30" ? "30" : value.Trim())} seconds.";
        }

        if (!TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out TimeSpan parsed))
        {
            return $"is '{value}', which isn't a time of the form [days.]hours:minutes:seconds, such as '00:00:30' for 30 seconds or '1.00:00:00' for a day.";
        }

        set(options, parsed);
        return null;
    });

    private static Setting Choice<T>(string name, Action<EventTrackerOptions, T> set)
        where T : struct, Enum => Of(name, (options, value) =>
    {
        if (TryParse(value, out _) || !Enum.TryParse(value, ignoreCase: true, out T parsed) || !Enum.IsDefined(parsed))
        {
            return $"is '{value}', which isn't one of {string.Join(", ", Enum.GetNames<T>())}.";
        }

        set(options, parsed);
        return null;
    });

    /// <summary>A list, as an array or as a text with commas. It replaces what a source before this one had.</summary>
    private static Setting Integers(string name, Action<EventTrackerOptions, IReadOnlyCollection<int>> set) => new(name, (section, options) =>
    {
        List<string> values = [];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!string.IsNullOrWhiteSpace(child.Value))
            {
                values.Add(child.Value);
            }
        }

        if (values.Count == 0 && !string.IsNullOrWhiteSpace(section.Value))
        {
            values.AddRange(section.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        int[] numbers = new int[values.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!TryParse(values[i], out numbers[i]))
            {
                return $"contains '{values[i]}', which isn't a whole number, such as 40002.";
            }
        }

        if (numbers.Length > 0)
        {
            set(options, numbers);
        }

        return null;
    });

    /// <summary>A setting with a single value: nothing, an empty text and null all mean that it isn't set.</summary>
    private static Setting Of(string name, Func<EventTrackerOptions, string, string?> apply) =>
        new(name, (section, options) => string.IsNullOrWhiteSpace(section.Value) ? null : apply(options, section.Value));

    private static bool TryParse(string value, out int number) =>
        int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out number);
}
