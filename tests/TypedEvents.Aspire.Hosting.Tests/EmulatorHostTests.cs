using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace TypedEvents.Aspire.Hosting.Tests;

/// <summary>The program that the emulator's resource runs, as a process of its own.</summary>
public sealed class EmulatorHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The terminal's encoding is Windows' code page, or that of the locale.</summary>
    [Fact]
    public async Task Received_events_are_printed_in_UTF_8()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "typedevents-emulator", "TypedEvents.Emulator.Host.dll");
        using Process host = Process.Start(new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["LC_ALL"] = "de_DE.ISO-8859-1" },
        })!;
        try
        {
            string listening = (await ReadLineAsync())!;
            using var client = new HttpClient { BaseAddress = new Uri(listening["Listening on ".Length..]) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("local:local"u8));
            using var body = new StringContent(
                """{"data":[{"euid":1,"event_name":"login","itime":2,"random_id":"a","properties":{"plan":"größe 中文"}}]}""", Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await client.PostAsync("v1/event/report", body, Cancellation);
            response.EnsureSuccessStatusCode();

            Assert.Contains("größe 中文", await ReadLineAsync(), StringComparison.Ordinal);
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync(CancellationToken.None);
        }

        async Task<string?> ReadLineAsync() => await host.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
    }
}
