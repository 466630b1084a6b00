using Microsoft.Extensions.Options;

namespace TypedEvents.Configuration;

/// <summary>
/// Makes the options of trackers. If they can't be used, an outbox that a delegate has set in them is disposed: it has no other owner.
/// </summary>
internal sealed class TrackerOptionsFactory(
    IEnumerable<IConfigureOptions<EventTrackerOptions>> setups,
    IEnumerable<IPostConfigureOptions<EventTrackerOptions>> postConfigures,
    IEnumerable<IValidateOptions<EventTrackerOptions>> validations)
{
    /// <exception cref="OptionsValidationException">Settings are invalid; each is named with its configuration key.</exception>
    public EventTrackerOptions Create(string name)
    {
        var factory = new RememberingFactory(setups, postConfigures, validations);
        try
        {
            return factory.Create(name);
        }
        catch
        {
            UnusedOutbox.Dispose(factory.Made?.Outbox);
            throw;
        }
    }

    private sealed class RememberingFactory(
        IEnumerable<IConfigureOptions<EventTrackerOptions>> setups,
        IEnumerable<IPostConfigureOptions<EventTrackerOptions>> postConfigures,
        IEnumerable<IValidateOptions<EventTrackerOptions>> validations) : OptionsFactory<EventTrackerOptions>(setups, postConfigures, validations)
    {
        public EventTrackerOptions? Made { get; private set; }

        protected override EventTrackerOptions CreateInstance(string name) => Made = new EventTrackerOptions();
    }
}
