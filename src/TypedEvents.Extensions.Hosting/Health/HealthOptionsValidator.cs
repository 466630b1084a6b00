using System.Globalization;
using Microsoft.Extensions.Options;

namespace TypedEvents.Health;

/// <summary>
/// Validates the options of health checks: with those of their tracker, so that a wrong one fails the start and not each probe, and on their
/// own where no tracker is started.
/// </summary>
internal sealed class HealthOptionsValidator(IEnumerable<HealthRegistration> checks, IServiceProvider services)
    : IValidateOptions<TypedEventsHealthOptions>, IValidateOptions<EventTrackerOptions>
{
    public ValidateOptionsResult Validate(string? name, TypedEventsHealthOptions options)
    {
        List<string> failures = [];
        CheckTime(nameof(options.MaxPause), options.MaxPause);
        CheckTime(nameof(options.MaxPendingAge), options.MaxPendingAge);
        if (!(options.MaxBufferUse is >= 0 and <= 1))
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{Path(nameof(options.MaxBufferUse))} must be between 0 and 1, but was {options.MaxBufferUse}."));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckTime(string option, TimeSpan value)
        {
            if (value < TimeSpan.Zero)
            {
                failures.Add($"{Path(option)} must not be negative, but was {value}.");
            }
        }

        string Path(string option) => $"{nameof(TypedEventsHealthOptions)}.{option} of the health check '{name}'";
    }

    public ValidateOptionsResult Validate(string? name, EventTrackerOptions options)
    {
        List<string> failures = [];
        foreach (string check in checks.Where(check => (check.TrackerKey ?? Options.DefaultName) == name).Select(static check => check.CheckName).Distinct())
        {
            try
            {
                // Not in the constructor: the monitor has this as one of its validators.
                _ = ((IOptionsMonitor<TypedEventsHealthOptions>)services.GetService(typeof(IOptionsMonitor<TypedEventsHealthOptions>))!).Get(check);
            }
            catch (OptionsValidationException exception)
            {
                failures.AddRange(exception.Failures);
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
