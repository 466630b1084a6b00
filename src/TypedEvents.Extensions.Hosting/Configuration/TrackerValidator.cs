using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TypedEvents.Registration;

namespace TypedEvents.Configuration;

/// <summary>Validates the options of the trackers: everything that is wrong at once, each with its configuration key, and no secret.</summary>
internal sealed class TrackerValidator(TrackerRegistry registry, TrackerSettings settings, IServiceProvider services) : IValidateOptions<EventTrackerOptions>
{
    public ValidateOptionsResult Validate(string? name, EventTrackerOptions options)
    {
        if (registry.Find(string.IsNullOrEmpty(name) ? null : name) is not { } registration || services.GetService<TrackerReplacement>() is not null)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [.. settings.ReadingOf(registration, options).Failures];
        bool isDisabled = IsDisabledForLackOfCredentials(registration, options);
        foreach (OptionFailure failure in options.Validate())
        {
            if (!isDisabled || failure.Option is not (nameof(EventTrackerOptions.ApiKey) or nameof(EventTrackerOptions.ApiSecret)))
            {
                string advice = failure.Option == nameof(EventTrackerOptions.ApiSecret) && HasNoCredentials(options)
                    ? $" To run without EngageLab, set {KeyOf(registration, nameof(EventTrackerOptions.Enabled))} to false."
                    : "";
                failures.Add($"{KeyOf(registration, failure.Option)}: {failure.Message}{advice}");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Whether nothing at all is configured, and the tracker is therefore disabled instead of failing.</summary>
    public bool IsDisabledForLackOfCredentials(TrackerRegistration registration, EventTrackerOptions options) =>
        options.Enabled
        && HasNoCredentials(options)
        && registration.NotConfigured switch
        {
            NotConfigured.Fail => false,
            NotConfigured.Disable => true,
            _ => services.GetService<IHostEnvironment>() is { } environment && !environment.IsProduction(),
        };

    private static bool HasNoCredentials(EventTrackerOptions options) => string.IsNullOrWhiteSpace(options.ApiKey) && !options.HasApiSecret;

    /// <summary>Where a setting is, or would be.</summary>
    public string KeyOf(TrackerRegistration registration, string option)
    {
        List<string> keys = [];
        if (settings.Sections(registration) is { Count: > 0 } sections)
        {
            string path = sections[^1].Path;
            keys.Add(path.Length == 0 ? option : $"{path}:{option}");
        }

        if (option is nameof(EventTrackerOptions.ApiKey) or nameof(EventTrackerOptions.ApiSecret) or nameof(EventTrackerOptions.BaseAddress))
        {
            keys.AddRange(registration.ConnectionStrings.ConvertAll(name => $"ConnectionStrings:{name}"));
        }

        return keys.Count > 0 ? string.Join(" or ", keys) : $"{nameof(EventTrackerOptions)}.{option}";
    }
}
