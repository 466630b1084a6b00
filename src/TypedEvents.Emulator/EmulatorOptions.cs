using System.Security.Cryptography.X509Certificates;

namespace TypedEvents.Emulator;

/// <summary>How an <see cref="EngageLabEmulator"/> listens, and how strict it is.</summary>
public sealed class EmulatorOptions
{
    /// <summary>The user name of the Basic authentication. Default: <c>local</c>.</summary>
    public string ApiKey { get; init; } = "local";

    /// <summary>The password of the Basic authentication. It can be set and not be read, so that no dump of the options shows it. Default: <c>local</c>.</summary>
#pragma warning disable CA1044 // Whoever can read it can show it.
    public string ApiSecret { internal get; init; } = "local";
#pragma warning restore CA1044

    /// <summary>
    /// The one <c>app_key</c> to accept. The field is optional in the documentation, so a request without it is
    /// accepted nevertheless. Default: <see langword="null"/>, any.
    /// </summary>
    public string? AppKey { get; init; }

    /// <summary>The TCP port on 127.0.0.1, 0 to 65535. Default: 0, any free one.</summary>
    public int Port { get; init; }

    /// <summary>A certificate with its private key: the emulator then speaks https only. Default: <see langword="null"/>, http.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// Whether bodies with <c>Content-Encoding: gzip</c> are read. Default: <see langword="false"/>, they are
    /// answered with 415, since the documentation doesn't mention them.
    /// </summary>
    public bool AcceptGzip { get; init; }

    /// <summary>
    /// Whether to reject what EngageLab's mobile SDKs don't send: names of over 49 characters or with a reserved
    /// prefix, property names other than <c>snake_case</c>, over 500 properties, strings of over 256 UTF-8 bytes.
    /// Default: <see langword="false"/>, since the documentation of the endpoint states none of these limits, and
    /// its own example breaks one.
    /// </summary>
    public bool ClientSdkLimits { get; init; }

    /// <summary>
    /// How many events a request may hold, from 1. Default: 100, the limit that the documentation states for
    /// sibling calls; it states none for this one.
    /// </summary>
    public int MaxEventsPerRequest { get; init; } = 100;

    /// <summary>
    /// How large a body may be, in bytes, before and after decompression, from 1; a larger one is answered with
    /// 413. Default: 32 MiB. The documentation states no limit.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The clock that delays and times of arrival come from. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(ApiKey);
        ArgumentException.ThrowIfNullOrEmpty(ApiSecret);
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEventsPerRequest, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRequestBytes, 1);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
