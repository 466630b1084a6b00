namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A project at EngageLab or, while the AppHost runs locally with <see cref="EngageLabBuilderExtensions.RunAsEmulator"/>, the emulator in its place.
/// </summary>
/// <param name="name">The name of the resource, and of the connection string.</param>
/// <param name="apiKey">The API key.</param>
/// <param name="apiSecret">The API secret.</param>
public sealed class EngageLabResource(string name, ParameterResource apiKey, ParameterResource apiSecret) : Resource(name), IResourceWithConnectionString
{
    /// <summary>The API key.</summary>
    public ParameterResource ApiKey { get; } = apiKey ?? throw new ArgumentNullException(nameof(apiKey));

    /// <summary>The API secret.</summary>
    public ParameterResource ApiSecret { get; } = apiSecret ?? throw new ArgumentNullException(nameof(apiSecret));

    /// <summary>The emulator in its place; <see langword="null"/> if there is none.</summary>
    public EngageLabEmulatorResource? Emulator { get; internal set; }

    /// <summary>
    /// The connection string, which <c>UseConnectionString</c> of TypedEvents.Extensions.Hosting reads. It names no address: that of EngageLab is the
    /// library's default, and the application's configuration can set another one.
    /// </summary>
    public ReferenceExpression ConnectionStringExpression =>
        Emulator?.ConnectionStringExpression ?? ReferenceExpression.Create($"ApiKey=\"{ApiKey}\";ApiSecret=\"{ApiSecret}\"");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        Emulator is IResourceWithConnectionString emulator
            ? emulator.GetConnectionProperties()
            :
            [
                new("ApiKey", ReferenceExpression.Create($"{ApiKey}")),
                new("ApiSecret", ReferenceExpression.Create($"{ApiSecret}")),
            ];
}
