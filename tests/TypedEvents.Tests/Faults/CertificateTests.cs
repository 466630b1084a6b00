using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Nothing is sent to a server whose certificate isn't trusted.</summary>
public sealed class CertificateTests
{
    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_rejected_even_on_this_host_and_the_events_stay_pending()
    {
        using X509Certificate2 certificate = MakeCertificate();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.TimeProvider = Trackers.FakeClock();
            options.ShutdownTimeout = TimeSpan.Zero;
        }, emulator: await StartAsync(certificate));
        scenario.Track(new PageViewed("/"));

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(Uri.UriSchemeHttps, scenario.Emulator.BaseAddress.Scheme);
        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Contains("certificate", result.Problem, StringComparison.Ordinal);
        Assert.Equal(1, result.Outbox!.Pending);
        Assert.Equal(0, scenario.Emulator.RequestCount);
        Assert.Single(scenario.Log.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_trusted_certificate_the_events_are_sent_over_https()
    {
        using X509Certificate2 certificate = MakeCertificate();
        using var trusting = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString() },
        });
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.HttpClient = trusting, emulator: await StartAsync(certificate));
        scenario.Track(new PageViewed("/"));
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Single(scenario.Emulator.Events);
    }

    private static Task<EngageLabEmulator> StartAsync(X509Certificate2 certificate) => EngageLabEmulator.StartAsync(
        new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret, Certificate = certificate },
        Trackers.Cancellation);

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
