using Microsoft.Extensions.Options;

namespace TypedEvents.AspNetCore;

/// <summary>
/// Validates the options of the current user: with those of the tracker, so that a wrong one fails the start together with all other
/// settings, and on their own where no tracker is started.
/// </summary>
internal sealed class CurrentUserOptionsValidator(IServiceProvider services) : IValidateOptions<CurrentUserOptions>, IValidateOptions<EventTrackerOptions>
{
    public ValidateOptionsResult Validate(string? name, CurrentUserOptions options) =>
        options.ClaimType is null || !string.IsNullOrWhiteSpace(options.ClaimType)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{nameof(CurrentUserOptions)}.{nameof(CurrentUserOptions.ClaimType)}{(string.IsNullOrEmpty(name) ? "" : $" of the tracker '{name}'")} must not be empty. Leave it null for the claims that are usual.");

    public ValidateOptionsResult Validate(string? name, EventTrackerOptions options)
    {
        try
        {
            // Not in the constructor: the monitor has this as one of its validators.
            _ = ((IOptionsMonitor<CurrentUserOptions>)services.GetService(typeof(IOptionsMonitor<CurrentUserOptions>))!).Get(name ?? Options.DefaultName);
            return ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException exception)
        {
            return ValidateOptionsResult.Fail(exception.Failures);
        }
    }
}
