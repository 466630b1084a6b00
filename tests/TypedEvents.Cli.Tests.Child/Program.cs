using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TypedEvents;

// host <exit code> <event>…: tracks events in a host, which reads the variables TypedEvents__….
// connection <exit code> <event>…: the same in a host that reads the connection string engagelab, and prints the connection string shop.
// plain <exit code> <event>…: tracks them with a tracker that reads the variables ENGAGELAB_….
// post <path>…: posts what isn't JSON to each path.
// wait: prints "ready", and tracks sign_up when it is asked to end.
// stubborn: prints "ready" and its process id, and ignores what it is asked.
// print: writes bytes to both outputs that no line of text has.
EngageUser user = EngageUser.UserId("user-42");
switch (args[0])
{
    case "host":
        {
            using IHost host = Build();
            await host.StartAsync();
            Track(host.Services.GetRequiredService<IEventTracker>(), args[2..]);
            await host.StopAsync();
            return int.Parse(args[1], CultureInfo.InvariantCulture);
        }

    case "connection":
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration.AddEnvironmentVariables();
            builder.AddTypedEvents().UseConnectionString("engagelab");
            using IHost host = builder.Build();
            Console.WriteLine(builder.Configuration.GetConnectionString("shop"));
            await host.StartAsync();
            Track(host.Services.GetRequiredService<IEventTracker>(), args[2..]);
            await host.StopAsync();
            return int.Parse(args[1], CultureInfo.InvariantCulture);
        }

    case "plain":
        {
            await using EventTracker tracker = EventTracker.Create(options =>
            {
                options.BaseAddress = new Uri(Environment.GetEnvironmentVariable("ENGAGELAB_BASE_ADDRESS")!);
                options.AllowInsecureLoopback = true;
                options.ApiKey = Environment.GetEnvironmentVariable("ENGAGELAB_API_KEY")!;
                options.ApiSecret = Environment.GetEnvironmentVariable("ENGAGELAB_API_SECRET")!;
            });
            Track(tracker, args[2..]);
            await tracker.StopAsync();
            return int.Parse(args[1], CultureInfo.InvariantCulture);
        }

    case "post":
        {
            using var client = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("ENGAGELAB_BASE_ADDRESS")!) };
            string credentials = $"{Environment.GetEnvironmentVariable("ENGAGELAB_API_KEY")}:{Environment.GetEnvironmentVariable("ENGAGELAB_API_SECRET")}";
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
            foreach (string path in args[1..])
            {
                using var content = new StringContent("{", Encoding.UTF8, "application/json");
                using HttpResponseMessage response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
            }

            return 0;
        }

    case "wait":
        {
            using IHost host = Build();
            IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            IEventTracker tracker = host.Services.GetRequiredService<IEventTracker>();
            lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
            lifetime.ApplicationStopping.Register(() => Track(tracker, ["sign_up"]));
            await host.RunAsync();
            return 0;
        }

    case "stubborn":
        {
            using PosixSignalRegistration ignored = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
            Console.WriteLine($"ready {Environment.ProcessId}");
            await Task.Delay(Timeout.Infinite);
            return 0;
        }

    case "print":
        {
            using Stream output = Console.OpenStandardOutput();
            using Stream error = Console.OpenStandardError();
            output.Write([0x1B, (byte)'[', (byte)'3', (byte)'1', (byte)'m', 0xFF, 0x00, (byte)'\r', (byte)'x']);
            error.Write([0xFE, 0x07, (byte)'y', (byte)'\n']);
            return 0;
        }

    default:
        return 99;
}

static IHost Build()
{
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    builder.Configuration.AddEnvironmentVariables();
    builder.AddTypedEvents();
    return builder.Build();
}

void Track(IEventTracker tracker, string[] names)
{
    foreach (string name in names)
    {
        _ = name switch
        {
            "sign_up" => tracker.TrackSignUp(user, "pro", 3),
            "no_seats" => tracker.TrackSignUp(user, "pro", 0),
            _ => tracker.TrackOrderPlaced(user, 548.90m),
        };
    }
}

[EngageEvent("sign_up")]
internal sealed partial record SignUp(string Plan, int Seats);

[EngageEvent("order_placed")]
internal sealed partial record OrderPlaced(decimal Total);
