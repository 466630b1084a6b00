using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace TypedEvents.Registration;

/// <summary>What the application said about one tracker. It belongs to the service collection, so it must not hold anything of a container.</summary>
/// <param name="key">The key of a keyed tracker; <see langword="null"/>: the unnamed one.</param>
internal sealed class TrackerRegistration(string? key)
{
    public const string DefaultSection = "TypedEvents";

    public string? Key { get; } = key;

    /// <summary>The tracker's name, in metrics, logs and results.</summary>
    public string Name => Key ?? DefaultName;

    /// <summary>The name of its options.</summary>
    public string OptionsName => Key ?? Options.DefaultName;

    /// <summary>The name of the unnamed tracker.</summary>
    public static string DefaultName { get; } = new EventTrackerOptions().Name;

    /// <summary>Where its settings are, in the order in which they are read; if there are none, in the section of its name.</summary>
    public List<ConfigurationSource> Sources { get; } = [];

    /// <summary>The names of connection strings, which are read after the sections.</summary>
    public List<string> ConnectionStrings { get; } = [];

    /// <summary>Makes the outbox, unless the options have one.</summary>
    public Func<IServiceProvider, IEventOutbox>? Outbox { get; set; }

    /// <summary>Whether its client comes from the container's <see cref="IHttpClientFactory"/>.</summary>
    public bool UsesHttpClientFactory { get; set; }

    /// <summary>The name of that client.</summary>
    public string HttpClientName => OwnSection;

    public NotConfigured NotConfigured { get; set; }

    /// <summary>The section that is read where the application names none.</summary>
    public string OwnSection => Key is null ? DefaultSection : $"{DefaultSection}:{Key}";

    /// <summary>A place of settings: a path in the container's configuration, or a given configuration.</summary>
    public readonly record struct ConfigurationSource(string? Path, IConfiguration? Given);
}
