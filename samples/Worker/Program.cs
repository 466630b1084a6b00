// A worker service whose events survive a crash. README.md says how to run it.

using TypedEvents;
using TypedEvents.Outbox.Sqlite;
using Worker;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.AddTypedEvents().UseOutbox(services => SqliteOutbox.Open(services.GetRequiredService<IConfiguration>()["EventsFile"] ?? "events.db"));
builder.Services.AddHostedService<Invoices>();
builder.Build().Run();

namespace Worker
{
    /// <summary>Sends an invoice every second, until the host stops.</summary>
    internal sealed class Invoices(IEventTracker tracker) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            for (int number = 1; await timer.WaitForNextTickAsync(stoppingToken); number++)
            {
                // Returns when the event is in the file: a crash after that doesn't lose it.
                EngageUser customer = EngageUser.UserId($"customer-{number % 10}");
                await tracker.TrackInvoiceSentAsync(customer, Guid.CreateVersion7(), 12.50m * number, cancellationToken: stoppingToken);
            }
        }
    }

    [EngageEvent("invoice_sent", Description = "An invoice was sent to a customer.")]
    internal readonly partial record struct InvoiceSent(Guid InvoiceId, decimal Total);
}
