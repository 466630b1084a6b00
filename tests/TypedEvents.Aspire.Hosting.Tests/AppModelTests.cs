using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace TypedEvents.Aspire.Hosting.Tests;

/// <summary>The resources in Aspire's application model, which is built and not run.</summary>
public sealed class AppModelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_emulator_is_a_process_with_its_endpoint_page_and_health_check()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.AddEngageLabEmulator("engagelab");

        Assert.Equal("dotnet", emulator.Resource.Command);
        string[] arguments = await ArgumentsAsync(emulator.Resource);
        Assert.Equal("exec", arguments[0]);
        Assert.True(File.Exists(arguments[1]), arguments[1]);
        EndpointAnnotation endpoint = Assert.Single(emulator.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", "http", null), (endpoint.Name, endpoint.UriScheme, endpoint.Port));
        Assert.Single(emulator.Resource.Annotations.OfType<HealthCheckAnnotation>());
        await using DistributedApplication app = builder.Build();
        Assert.Contains(
            app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations,
            registration => registration.Name == emulator.Resource.Annotations.OfType<HealthCheckAnnotation>().Single().Key);
    }

    [Fact]
    public async Task The_connection_string_is_one_that_the_library_reads()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.AddEngageLabEmulator("engagelab");
        Allocate(emulator, 5301);

        Assert.Equal(
            "Endpoint=http://localhost:5301;ApiKey=local;ApiSecret=local;AllowInsecureLoopback=true",
            await emulator.Resource.ConnectionStringExpression.GetValueAsync(Cancellation));
        Assert.Equal(
            ["Uri=http://localhost:5301", "ApiKey=local", "ApiSecret=local"],
            await PropertiesAsync(emulator.Resource));
    }

    [Fact]
    public async Task A_project_that_references_it_gets_the_connection_string()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.AddEngageLabEmulator("engagelab");
        Allocate(emulator, 5302);
        IResourceBuilder<ExecutableResource> shop = builder.AddExecutable("shop", "shop", ".").WithReference(emulator);

        Dictionary<string, object> variables = await VariablesAsync(shop.Resource);

        string? value = await ((IValueProvider)variables["ConnectionStrings__engagelab"]).GetValueAsync(Cancellation);
        Assert.StartsWith("Endpoint=http://localhost:5302;", value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EngageLab_gets_its_credentials_from_parameters()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabResource> engageLab = AddEngageLab(builder);

        Assert.Null(engageLab.Resource.Emulator);
        Assert.Equal("ApiKey=\"key;1\";ApiSecret=\"secret\"", await engageLab.Resource.ConnectionStringExpression.GetValueAsync(Cancellation));
        Assert.Equal(["ApiKey=key;1", "ApiSecret=secret"], await PropertiesAsync(engageLab.Resource));
    }

    [Fact]
    public async Task As_an_emulator_it_needs_no_credentials()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabResource> engageLab = AddEngageLab(builder);
        bool isConfigured = false;

        engageLab.RunAsEmulator(emulator =>
        {
            isConfigured = true;
            Allocate(emulator, 5303);
        });
        engageLab.RunAsEmulator();

        EngageLabEmulatorResource resource = Assert.Single(builder.Resources.OfType<EngageLabEmulatorResource>());
        Assert.True(isConfigured);
        Assert.Equal("engagelab-emulator", resource.Name);
        Assert.Same(resource, engageLab.Resource.Emulator);
        Assert.StartsWith("Endpoint=http://localhost:5303;ApiKey=local;", await engageLab.Resource.ConnectionStringExpression.GetValueAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal("Uri=http://localhost:5303", (await PropertiesAsync(engageLab.Resource))[0]);
    }

    [Fact]
    public void A_deployment_has_EngageLab_and_no_emulator()
    {
        IDistributedApplicationBuilder builder = Create("--operation", "publish", "--publisher", "manifest", "--output-path", Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));

        IResourceBuilder<EngageLabResource> engageLab = AddEngageLab(builder).RunAsEmulator(_ => Assert.Fail("There is none to configure."));
        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.AddEngageLabEmulator("other");

        Assert.Null(engageLab.Resource.Emulator);
        Assert.Equal("ApiKey=\"{engagelab-key.value}\";ApiSecret=\"{engagelab-secret.value}\"", engageLab.Resource.ConnectionStringExpression.ValueExpression);
        Assert.Contains(ManifestPublishingCallbackAnnotation.Ignore, emulator.Resource.Annotations);
        Assert.DoesNotContain(ManifestPublishingCallbackAnnotation.Ignore, engageLab.Resource.Annotations);
    }

    [Fact]
    public async Task The_plan_is_found_from_the_folder_of_the_AppHost()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.AddEngageLabEmulator("engagelab");
        string plan = Path.Combine(builder.AppHostDirectory, $"{Guid.NewGuid():N}.json");
        try
        {
            await File.WriteAllTextAsync(plan, "{}", Cancellation);
            emulator.WithPlan(Path.GetFileName(plan));

            Assert.Equal(plan, (await VariablesAsync(emulator.Resource))["TYPEDEVENTS_EMULATOR_PLAN"]);
            Assert.Equal(plan + "x", Assert.Throws<FileNotFoundException>(() => emulator.WithPlan(plan + "x")).FileName);
        }
        finally
        {
            File.Delete(plan);
        }
    }

    [Fact]
    public void The_port_can_be_fixed()
    {
        IDistributedApplicationBuilder builder = Create();
        IResourceBuilder<EngageLabEmulatorResource> emulator = builder.AddEngageLabEmulator("engagelab", port: 5199);
        Assert.Equal(5199, emulator.Resource.Annotations.OfType<EndpointAnnotation>().Single().Port);

        emulator.WithHostPort(5200);
        Assert.Equal(5200, emulator.Resource.Annotations.OfType<EndpointAnnotation>().Single().Port);
        emulator.WithHostPort(null);
        Assert.Null(emulator.Resource.Annotations.OfType<EndpointAnnotation>().Single().Port);
        Assert.Throws<ArgumentOutOfRangeException>(() => emulator.WithHostPort(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AddEngageLabEmulator("second", port: 65536));
    }

    private static IDistributedApplicationBuilder Create(params string[] args) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true, AssemblyName = typeof(AppModelTests).Assembly.GetName().Name });

    private static IResourceBuilder<EngageLabResource> AddEngageLab(IDistributedApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Parameters:engagelab-key"] = "key;1", ["Parameters:engagelab-secret"] = "secret" });
        return builder.AddEngageLab("engagelab", builder.AddParameter("engagelab-key"), builder.AddParameter("engagelab-secret", secret: true));
    }

    /// <summary>What Aspire does when it starts.</summary>
    private static void Allocate(IResourceBuilder<EngageLabEmulatorResource> emulator, int port) =>
        emulator.WithEndpoint("http", endpoint => endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port));

    private static async Task<string[]> ArgumentsAsync(EngageLabEmulatorResource resource)
    {
        List<object> arguments = [];
        foreach (CommandLineArgsCallbackAnnotation annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, Cancellation));
        }

        return [.. arguments.Select(argument => argument.ToString()!)];
    }

    private static async Task<Dictionary<string, object>> VariablesAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), resource, cancellationToken: Cancellation);
        foreach (EnvironmentCallbackAnnotation annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    private static async Task<string[]> PropertiesAsync(IResourceWithConnectionString resource)
    {
        List<string> properties = [];
        foreach ((string name, ReferenceExpression value) in resource.GetConnectionProperties())
        {
            properties.Add($"{name}={await value.GetValueAsync(Cancellation)}");
        }

        return [.. properties];
    }
}
