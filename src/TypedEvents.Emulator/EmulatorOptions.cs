using System.Security.Cryptography.X509Certificates;

namespace TypedEvents.Emulator;

/// <summary>Options of an <see cref="EngageLabEmulator"/>: where it listens, and how strict it is.</summary>
public sealed class EmulatorOptions
{
    /// <summary>The user name of the Basic authentication. Default: <c>local</c>.</summary>
    public string ApiKey { get; init; } = "local";

    /// <summary>The password of the Basic authentication. Write-only, so that no dump of the options shows it. Default: <c>local</c>.</summary>
#pragma warning disable CA1044 // Code that can read the secret can leak it.
    public string ApiSecret { internal get; init; } = "local";
#pragma warning restore CA1044

    /// <summary>
    /// The only <c>app_key</c> to accept. The field is optional in EngageLab's documentation, so a request without it is accepted as well.
    /// Default: <see langword="null"/>, any.
    /// </summary>
    public string? AppKey { get; init; }

    /// <summary>The TCP port on 127.0.0.1, 0 to 65535. Default: 0, any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// A certificate with its private key, for https. The emulator then doesn't accept http. Default: <see langword="null"/>, http.
    /// </summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// Whether bodies with <c>Content-Encoding: gzip</c> are accepted. Default: <see langword="false"/>: the response is 415, because
    /// EngageLab's documentation doesn't mention compression.
    /// </summary>
    public bool AcceptGzip { get; init; }

    /// <summary>
    /// Whether to reject what EngageLab's mobile SDKs don't send: names longer than 49 characters or with a reserved prefix, property names
    /// that aren't <c>snake_case</c>, more than 500 properties, and strings of more than 256 UTF-8 bytes. Default: <see langword="false"/>,
    /// because the documentation of the endpoint states none of these limits, and its own example exceeds one.
    /// </summary>
    public bool ClientSdkLimits { get; init; }

    /// <summary>
    /// The maximum number of events in a request, at least 1. Default: 100, which EngageLab's documentation states for sibling calls; it
    /// states none for this one.
    /// </summary>
    public int MaxEventsPerRequest { get; init; } = 100;

    /// <summary>
    /// The maximum size of a body in bytes, before and after decompression, at least 1. The response to a larger one is 413. Default: 32 MiB;
    /// EngageLab's documentation states no limit.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// The maximum number of stored events, at least 1. When more are accepted, the oldest are dropped and counted in
    /// <see cref="EngageLabEmulator.DroppedEventCount"/>. Default: 100,000.
    /// </summary>
    public int MaxEvents { get; init; } = 100_000;

    /// <summary>
    /// The maximum number of stored requests, at least 1. When more arrive, the oldest are dropped and counted in
    /// <see cref="EngageLabEmulator.DroppedRequestCount"/>. Default: 100,000.
    /// </summary>
    public int MaxRequests { get; init; } = 100_000;

    /// <summary>
    /// The maximum size of the stored events in bytes, and again of the stored requests, at least 1. The size is an estimate of the
    /// memory: JSON counts twice, and each event and request with a few hundred bytes more. When it is exceeded, the oldest are dropped;
    /// the newest one is always stored. Default: 128 MiB.
    /// </summary>
    /// <remarks>
    /// A request without valid credentials or headers, or to an unknown path, is stored with at most 256 KiB of its body, and one from
    /// another host without body.
    /// </remarks>
    public long MaxStoredBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>
    /// Further values of the <c>Host</c> header to accept, such as <c>host.docker.internal</c> with any port, or
    /// <c>host.docker.internal:5199</c>. Loopback names and addresses with the emulator's port are always accepted. Others are rejected with 421;
    /// otherwise a web page could send requests by having its own host name resolve to 127.0.0.1 (DNS rebinding). Default: none.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Whether to serve a live page of arriving events, at <c>/_typedevents/</c>. It stores the events that it shows, including rejected and repeated
    /// ones, up to <see cref="MaxEvents"/> and <see cref="MaxStoredBytes"/>. Default: <see langword="false"/>.
    /// </summary>
    /// <remarks>
    /// Anyone who can open the page can read all events and change how the emulator responds. It needs no credentials, but responds only
    /// to loopback hosts and <see cref="AllowedHosts"/>, and not to pages of other origins.
    /// </remarks>
    public bool Page { get; init; }

    /// <summary>
    /// The tracking plan in JSON, as <c>typedevents plan export</c> writes it: the page then shows where an event differs from it, and what
    /// was seen of it. The emulator accepts events that differ all the same. Default: <see langword="null"/>, none; the page then compares the
    /// types of properties with those of other events.
    /// </summary>
    public string? Plan { get; init; }

    /// <summary>The clock for delays and times of arrival. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(ApiKey);
        ArgumentException.ThrowIfNullOrEmpty(ApiSecret);
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEventsPerRequest, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRequestBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRequests, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStoredBytes, 1);
        ArgumentNullException.ThrowIfNull(AllowedHosts);
        if (AllowedHosts.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("AllowedHosts must not contain an empty host.");
        }

        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
