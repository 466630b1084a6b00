using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TypedEvents.Emulator;

namespace TypedEvents.Package.Tests.Support;

/// <summary>A program in <c>samples</c>: how to run it, and how to assert that its events are delivered.</summary>
internal abstract class Sample
{
    public static IReadOnlyList<Sample> All { get; } = [new Quickstart(), new DurableService()];

    public abstract string Name { get; }

    /// <summary>The libraries that it references.</summary>
    public abstract IReadOnlyList<string> Libraries { get; }

    public static Sample Named(string name) => All.Single(sample => sample.Name == name);

    /// <summary>Publishes the program, with warnings as errors.</summary>
    public Task<PublishedProgram> PublishAsync(params string[] options) =>
        PublishedProgram.PublishAsync(Repository.PathOf("samples", Name), ["-warnaserror", .. options]);

    /// <summary>Runs the program, and asserts that an emulator in this process receives every event.</summary>
    public abstract Task AssertDeliversAsync(PublishedProgram program, CancellationToken cancellationToken);

    private sealed class Quickstart : Sample
    {
        /// <summary>Sorted, because the order of arrival varies: the program tracks for several users, whose requests are concurrent.</summary>
        private static readonly string[] Events = ["cart_updated", "feature_used", "feature_used", "order_placed", "sign_up", "sign_up", "sign_up"];

        public override string Name => "Quickstart";

        public override IReadOnlyList<string> Libraries => ["TypedEvents", "TypedEvents.Emulator"];

        public override async Task AssertDeliversAsync(PublishedProgram program, CancellationToken cancellationToken)
        {
            await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: cancellationToken);

            (await program.RunAsync([], new Dictionary<string, string>
            {
                ["ENGAGELAB_API_KEY"] = "local",
                ["ENGAGELAB_API_SECRET"] = "local",
                ["ENGAGELAB_BASE_ADDRESS"] = emulator.BaseAddress.ToString(),
            })).AssertSucceeded();

            Assert.Equal(Events, emulator.Events.Select(received => received.EventName).Order(StringComparer.Ordinal));
            Assert.Contains(emulator.Events, received => received.Properties?.GetRawText().Contains("\"products\":[\"keyboard\",\"café crème ☕\"]", StringComparison.Ordinal) == true);
            Assert.Equal(0, emulator.DuplicateCount);
        }
    }

    private sealed class DurableService : Sample
    {
        public override string Name => "DurableService";

        public override IReadOnlyList<string> Libraries => ["TypedEvents", "TypedEvents.Outbox.Sqlite"];

        /// <summary>The first start finds no server and leaves its events in the file; the next start delivers them together with its own.</summary>
        public override async Task AssertDeliversAsync(PublishedProgram program, CancellationToken cancellationToken)
        {
            string file = program.PathOf("events.db");

            // Bound, so that no other process gets the port meanwhile, but not listening.
            using var down = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            down.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var place = (IPEndPoint)down.LocalEndPoint!;

            CommandResult first = await RunAsync(5);
            down.Dispose();
            await using EngageLabEmulator up = await EngageLabEmulator.StartAsync(new EmulatorOptions { Port = place.Port }, cancellationToken);
            CommandResult second = await RunAsync(3);

            Assert.Contains("5 tracked; the file: 0 delivered, 5 pending", first.AssertSucceeded().Output, StringComparison.Ordinal);
            Assert.Contains("3 tracked; the file: 8 delivered, 0 pending", second.AssertSucceeded().Output, StringComparison.Ordinal);
            Assert.Equal(Enumerable.Repeat("order_placed", 8), up.Events.Select(received => received.EventName));
            Assert.Equal(
                [12.50m, 25.00m, 37.50m, 50.00m, 62.50m, 12.50m, 25.00m, 37.50m],
                up.Events.Select(received => received.Properties!.Value.GetProperty("total").GetDecimal()));
            Assert.Equal(0, up.DuplicateCount);

            // One order a second until it is told to end.
            up.Clear();
            CommandResult ended = await program.RunUntilAsync(
                [file],
                new Dictionary<string, string> { ["ENGAGELAB_BASE_ADDRESS"] = $"http://{place}/" },
                up.WaitForEventsAsync(1, cancellationToken));
            Assert.Contains(", 0 pending for the next start.", ended.AssertSucceeded().Output, StringComparison.Ordinal);

            Task<CommandResult> RunAsync(int orders) => program.RunAsync(
                [file, orders.ToString(CultureInfo.InvariantCulture)],
                new Dictionary<string, string> { ["ENGAGELAB_BASE_ADDRESS"] = $"http://{place}/" });
        }
    }
}
