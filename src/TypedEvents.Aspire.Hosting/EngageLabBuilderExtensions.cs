using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds EngageLab, or its emulator, to an Aspire application.</summary>
public static class EngageLabBuilderExtensions
{
    private const string Program = "TypedEvents.Emulator.Host.dll";
    private const string ProgramFolder = "typedevents-emulator";
    private const string PortVariable = "TYPEDEVENTS_EMULATOR_PORT";
    private const string PlanVariable = "TYPEDEVENTS_EMULATOR_PLAN";

    /// <summary>
    /// Adds a local emulator of EngageLab's event API with a live page, as a process. It is a tool for development: a deployment doesn't contain it.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the resource, and of the connection string of projects that reference it.</param>
    /// <param name="port">The port on which it is reached, 1 to 65535; <see langword="null"/> for any free one.</param>
    /// <returns>The builder of the resource.</returns>
    /// <exception cref="DistributedApplicationException">The emulator's program isn't beside the AppHost.</exception>
    public static IResourceBuilder<EngageLabEmulatorResource> AddEngageLabEmulator(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        CheckPort(port);
        return builder.AddResource(new EngageLabEmulatorResource(name, "dotnet", builder.AppHostDirectory))
            .WithArgs("exec", FindProgram(builder))
            .WithHttpEndpoint(port, name: EngageLabEmulatorResource.EndpointName, env: PortVariable)
            .WithHttpHealthCheck(EngageLabEmulatorResource.HealthPath, endpointName: EngageLabEmulatorResource.EndpointName)
            .WithUrlForEndpoint(EngageLabEmulatorResource.EndpointName, url =>
            {
                url.DisplayText = "Live page";
                url.Url = EngageLabEmulatorResource.PagePath;
            })
            .ExcludeFromManifest();
    }

    /// <summary>
    /// Sets the port on which the emulator is reached. The file of a durable outbox is bound to an address, so an application with such an outbox
    /// needs a fixed port.
    /// </summary>
    /// <param name="builder">The emulator.</param>
    /// <param name="port">The port, 1 to 65535; <see langword="null"/> for any free one.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<EngageLabEmulatorResource> WithHostPort(this IResourceBuilder<EngageLabEmulatorResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        CheckPort(port);
        return builder.WithEndpoint(EngageLabEmulatorResource.EndpointName, endpoint => endpoint.Port = port);
    }

    /// <summary>Compares the events that arrive with a tracking plan, on the emulator's page.</summary>
    /// <param name="builder">The emulator.</param>
    /// <param name="path">
    /// A lock file, such as <c>../Shop/typedevents.lock.json</c>, or the output of <c>typedevents plan export</c>. A relative path is relative to the
    /// AppHost's folder.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IResourceBuilder<EngageLabEmulatorResource> WithPlan(this IResourceBuilder<EngageLabEmulatorResource> builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
        return File.Exists(full)
            ? builder.WithEnvironment(PlanVariable, full)
            : throw new FileNotFoundException($"There is no plan '{full}'. 'typedevents plan accept' writes one.", full);
    }

    /// <summary>Adds a project at EngageLab: projects that reference it get its credentials as a connection string.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the resource, and of the connection string of projects that reference it.</param>
    /// <param name="apiKey">The API key.</param>
    /// <param name="apiSecret">The API secret: a parameter with <c>secret: true</c>.</param>
    /// <returns>The builder of the resource.</returns>
    public static IResourceBuilder<EngageLabResource> AddEngageLab(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource> apiKey,
        IResourceBuilder<ParameterResource> apiSecret)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(apiKey);
        ArgumentNullException.ThrowIfNull(apiSecret);
        IResourceBuilder<EngageLabResource> added = builder.AddResource(new EngageLabResource(name, apiKey.Resource, apiSecret.Resource))
            .WithReferenceRelationship(apiKey)
            .WithReferenceRelationship(apiSecret)
            .OnInitializeResource(RunAsync);
        ParameterResourceBuilderExtensions.ConfigureConnectionStringManifestPublisher(added);
        return added;
    }

    /// <summary>
    /// Runs the emulator in EngageLab's place while the application runs locally, with the name of the resource and <c>-emulator</c>. Credentials aren't
    /// needed then. A deployment uses EngageLab.
    /// </summary>
    /// <param name="builder">The project at EngageLab.</param>
    /// <param name="configure">Changes the emulator, such as by <see cref="WithPlan"/>.</param>
    /// <returns>The builder.</returns>
    public static IResourceBuilder<EngageLabResource> RunAsEmulator(this IResourceBuilder<EngageLabResource> builder, Action<IResourceBuilder<EngageLabEmulatorResource>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        if (builder.Resource.Emulator is { } existing)
        {
            configure?.Invoke(builder.ApplicationBuilder.CreateResourceBuilder(existing));
            return builder;
        }

        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.ApplicationBuilder.AddEngageLabEmulator($"{builder.Resource.Name}-emulator")
            .WithParentRelationship(builder);
        builder.Resource.Emulator = emulator.Resource;
        configure?.Invoke(emulator);
        return builder;
    }

    private static void CheckPort(int? port)
    {
        if (port is < 1 or > ushort.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "The port must be between 1 and 65535.");
        }
    }

    /// <summary>Tells those that wait for the project when it can be used: at once, or when the emulator is healthy.</summary>
    private static async Task RunAsync(EngageLabResource resource, InitializeResourceEvent initialized, CancellationToken cancellationToken)
    {
        if (resource.Emulator is { } emulator)
        {
            await initialized.Notifications.PublishUpdateAsync(resource, state => state with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
            await initialized.Notifications.WaitForResourceHealthyAsync(emulator.Name, cancellationToken).ConfigureAwait(false);
        }

        await initialized.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, initialized.Services), cancellationToken).ConfigureAwait(false);
        await initialized.Notifications.PublishUpdateAsync(resource, state => state with { State = KnownResourceStates.Running }).ConfigureAwait(false);
    }

    /// <summary>The package's build copies the program beside the AppHost.</summary>
    private static string FindProgram(IDistributedApplicationBuilder builder)
    {
        string path = Path.Combine(AppContext.BaseDirectory, ProgramFolder, Program);
        return builder.ExecutionContext.IsPublishMode || File.Exists(path)
            ? path
            : throw new DistributedApplicationException(
                $"The emulator's program isn't at '{path}'. The package TypedEvents.Aspire.Hosting copies it there when the AppHost is built: reference it in the AppHost's project.");
    }
}
