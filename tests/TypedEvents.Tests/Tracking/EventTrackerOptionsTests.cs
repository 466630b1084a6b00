using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>Wrong options fail when the tracker is made, with the option's name and what is legal.</summary>
public sealed class EventTrackerOptionsTests
{
    public static TheoryData<string, Action<EventTrackerOptions>, string> WrongOptions => new()
    {
        { "ApiKey is missing", options => options.ApiKey = "", "API keys" },
        { "ApiKey is missing", options => options.ApiKey = " ", "API keys" },
        { "ApiKey is missing", options => options.ApiKey = null!, "API keys" },
        { "ApiKey must not contain a colon", options => options.ApiKey = "a:b", "RFC 7617" },
        { "ApiSecret is missing", options => options.ApiSecret = "", "API keys" },
        { "ApiKey must not begin or end with white space", options => options.ApiKey = "key\n", "trim" },
        { "ApiSecret must not begin or end with white space", options => options.ApiSecret = " hunter2", "trim" },
        { "ApiSecret must not begin or end with white space", options => options.ApiSecret = "hunter2\r\n", "end of a file" },
        { "ApiSecret contains a control character", options => options.ApiSecret = "hunter2\0hunter2", "RFC 7617" },
        { "ApiSecret contains half of a surrogate pair", options => options.ApiSecret = "hunter2\ud800", "other credentials" },
        { "AppKey must not be empty", options => options.AppKey = "", "null" },
        { "BaseAddress must be absolute", options => options.BaseAddress = null!, "''" },
        { "BaseAddress must be absolute", options => options.BaseAddress = new Uri("/v1", UriKind.Relative), "'/v1'" },
        { "BaseAddress must be https, or http to this host (localhost", options => options.BaseAddress = new Uri("http://ma-api.engagelab.com"), "with AllowInsecureLoopback set, but was 'http://ma-api.engagelab.com/'" },
        { "BaseAddress must be https, or http to this host (localhost", options => options.BaseAddress = new Uri("http://127.0.0.1:5199"), "with AllowInsecureLoopback set, but was 'http://127.0.0.1:5199/'" },
        { "BaseAddress must be https, or http to this host (localhost", options => MakeInsecure(options, "http://loopback:5199"), "with AllowInsecureLoopback set, but was 'http://loopback:5199'" },
        { "BaseAddress must be https, or http to this host (localhost", options => MakeInsecure(options, "http://loopback.corp.example"), "with AllowInsecureLoopback set, but was 'http://loopback.corp.example/'" },
        { "BaseAddress must be https, or http to this host (localhost", options => MakeInsecure(options, "http://localhost.example.org"), "with AllowInsecureLoopback set, but was 'http://localhost.example.org/'" },
        { "BaseAddress must end before '/v1/event/report'", options => options.BaseAddress = new Uri("https://ma-api.engagelab.com/v1/event/report"), "but was 'https://ma-api.engagelab.com/v1/event/report'" },
        { "BaseAddress must end before '/v1/user/register'", options => options.BaseAddress = new Uri("https://example.org/eu/V1/user/register/"), "but was 'https://example.org/eu/V1/user/register/'" },
        { "TransientCodes must not be null", options => options.TransientCodes = null!, "empty" },
        { "TransientCodes must not contain 0", options => options.TransientCodes = [40002, 0], "accepted" },
        { "TransientCodes must not contain 40050", options => options.TransientCodes = [40050], "credentials" },
        { "TransientCodes must not contain 50034", options => options.TransientCodes = [50034], "project" },
        { "BaseAddress must be https, or http to this host (localhost", options => options.BaseAddress = new Uri("ftp://example.org"), "with AllowInsecureLoopback set, but was 'ftp://example.org/'" },
        { "BaseAddress must not have a query", options => options.BaseAddress = new Uri("https://example.org/?a=b"), "fragment" },
        { "BaseAddress must not contain a user name", options => options.BaseAddress = new Uri("https://user:hunter2@example.org/"), "ApiSecret" },
        { "Project must be", options => options.Project = "", "null" },
        { "Project must be", options => options.Project = " shop", "1 to 256" },
        { "Project must be", options => options.Project = "a\nb", "control character" },
        { "Project must be", options => options.Project = new string('x', 257), "1 to 256" },
        { "Name must be 1 to 64 characters", options => options.Name = "", "white space" },
        { "Name must be 1 to 64 characters", options => options.Name = null!, "white space" },
        { "Name must be 1 to 64 characters", options => options.Name = "a\nb", "control character" },
        { "Name must be 1 to 64 characters", options => options.Name = new string('x', 65), "white space" },
        { "MaxBatchEvents must be between 1 and 1000, but was 0", options => options.MaxBatchEvents = 0, "1" },
        { "MaxBatchEvents must be between 1 and 1000, but was 1001", options => options.MaxBatchEvents = 1001, "1" },
        { "MaxBatchBytes must be between 1024 and 16777216, but was 100", options => options.MaxBatchBytes = 100, "1024" },
        { "MaxEventBytes must be between 256 and 4194304 (BufferBytes", options => options.MaxEventBytes = 255, "but was 255" },
        { "MaxEventBytes must be between 256 and 4194304 (BufferBytes", options => options.MaxEventBytes = 4194305, "but was 4194305" },
        { "MaxStringBytes must be between 4 and 2147483647, but was 3", options => options.MaxStringBytes = 3, "4" },
        { "BufferBytes must be between 65536 and 1073741824, but was 1", options => options.BufferBytes = 1, "65536" },
        { "FlushInterval must be between 00:00:00 and 01:00:00, but was -00:00:01", options => options.FlushInterval = TimeSpan.FromSeconds(-1), "00:00:00" },
        { "AttemptTimeout must be between 00:00:00.1000000 and 00:10:00, but was 00:00:00", options => options.AttemptTimeout = TimeSpan.Zero, "00:00:00.1000000" },
        { "FlushTimeout must be between 00:00:00 and 01:00:00, but was 02:00:00", options => options.FlushTimeout = TimeSpan.FromHours(2), "00:00:00" },
        { "ShutdownTimeout must be between 00:00:00 and 01:00:00, but was 02:00:00", options => options.ShutdownTimeout = TimeSpan.FromHours(2), "00:00:00" },
        { "ValidationFailures must be between Send and Throw, but was 4", options => options.ValidationFailures = (ValidationFailurePolicy)4, "Send" },
        { "TimeProvider must not be null", options => options.TimeProvider = null!, "system clock" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_named_with_what_is_legal(string problem, Action<EventTrackerOptions> makeWrong, string remedy)
    {
        var outbox = new UntouchedOutbox();
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => EventTracker.Create(options =>
        {
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            options.Outbox = outbox;
            makeWrong(options);
        }));
        Assert.False(outbox.IsTouched);
        Assert.True(outbox.IsDisposed);
        Assert.StartsWith(problem, exception.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_options_are_named_at_once()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => EventTracker.Create(options =>
        {
            options.ApiKey = "key:hunter2";
            options.MaxBatchEvents = 0;
            options.FlushTimeout = TimeSpan.FromHours(2);
        }));
        Assert.StartsWith("4 options are invalid.", exception.Message, StringComparison.Ordinal);
        Assert.Collection(
            exception.Message.Split(Environment.NewLine)[1..],
            line => Assert.StartsWith("- ApiKey must not contain a colon", line, StringComparison.Ordinal),
            line => Assert.StartsWith("- ApiSecret is missing", line, StringComparison.Ordinal),
            line => Assert.StartsWith("- MaxBatchEvents must be", line, StringComparison.Ordinal),
            line => Assert.StartsWith("- FlushTimeout must be", line, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_returns_what_create_would_throw_and_opens_nothing()
    {
        var outbox = new UntouchedOutbox();
        var options = new EventTrackerOptions { ApiKey = "key", ApiSecret = " ", Outbox = outbox };
        Assert.False(options.HasApiSecret);
        OptionFailure failure = Assert.Single(options.Validate());
        Assert.Equal("ApiSecret", failure.Option);
        Assert.StartsWith("ApiSecret is missing", failure.Message, StringComparison.Ordinal);

        options.ApiSecret = "secret";
        Assert.True(options.HasApiSecret);
        Assert.Empty(options.Validate());
        Assert.False(outbox.IsTouched || outbox.IsDisposed);
    }

    [Fact]
    public async Task A_tracker_can_be_made_of_options_and_keeps_a_copy()
    {
        var options = new EventTrackerOptions { ApiKey = "key", ApiSecret = "secret", Name = "audit" };
        await using EventTracker tracker = EventTracker.Create(options);
        options.Name = "changed";
        Assert.Equal("audit", tracker.Name);
    }

    [Theory]
    [InlineData("configure")]
    [InlineData("log")]
    public void A_create_that_throws_disposes_the_outbox_that_it_was_handed_and_says_why_it_threw(string part)
    {
        var outbox = new UntouchedOutbox { FailsToDispose = true };
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => EventTracker.Create(options =>
        {
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            options.Outbox = outbox;
            options.LoggerFactory = part == "log" ? new FaultyLoggerFactory() : null;
            if (part == "configure")
            {
                throw new InvalidOperationException("configure");
            }
        }));
        Assert.Equal(part, exception.Message);
        Assert.False(outbox.IsTouched);
        Assert.True(outbox.IsDisposed);
    }

    [Theory]
    [InlineData("http://localhost:5199")]
    [InlineData("http://LOCALHOST:5199")]
    [InlineData("http://127.0.0.1:5199")]
    [InlineData("http://127.8.8.8:5199")]
    [InlineData("http://[::1]:5199")]
    public async Task Plain_http_is_allowed_to_localhost_and_loopback_addresses(string address)
    {
        await using EventTracker tracker = EventTracker.Create(options =>
        {
            MakeInsecure(options, address);
            options.ApiKey = "key";
            options.ApiSecret = "secret";
        });
        Assert.NotNull(tracker);
    }

    [Fact]
    public async Task The_defaults_are_those_that_are_documented()
    {
        EventTrackerOptions? seen = null;
        await using EventTracker tracker = EventTracker.Create(options =>
        {
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            seen = options;
        });
        Assert.Equal("https://ma-api.engagelab.com/", seen!.BaseAddress.AbsoluteUri);
        Assert.Equal(100, seen.MaxBatchEvents);
        Assert.Equal(256 * 1024, seen.MaxBatchBytes);
        Assert.Equal(TimeSpan.FromSeconds(1), seen.FlushInterval);
        Assert.Equal(32 * 1024, seen.MaxEventBytes);
        Assert.Equal(4 * 1024 * 1024, seen.BufferBytes);
        Assert.Equal(TimeSpan.FromSeconds(10), seen.AttemptTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), seen.FlushTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), seen.ShutdownTimeout);
        Assert.Equal(4, seen.MaxConcurrentRequests);
        Assert.Equal(100, seen.RequestsPerSecond);
        Assert.Null(seen.MaxEventAge);
        Assert.Null(seen.MaxStringBytes);
        Assert.Empty(seen.TransientCodes);
        Assert.False(seen.CompressRequests);
        Assert.False(seen.AllowInsecureLoopback);
        Assert.Equal(100_000, seen.UserCacheSize);
        Assert.Equal(TimeSpan.FromHours(24), seen.UserCacheDuration);
        Assert.Equal(ValidationFailurePolicy.Send, seen.ValidationFailures);
        Assert.Null(seen.Filter);
        Assert.True(seen.Enabled);
        Assert.Null(seen.MeterFactory);
        Assert.Equal("default", tracker.Name);
        Assert.IsType<MemoryOutbox>(tracker.Outbox);
    }

    private static void MakeInsecure(EventTrackerOptions options, string address)
    {
        options.AllowInsecureLoopback = true;
        options.BaseAddress = new Uri(address);
    }

    private sealed class UntouchedOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public bool FailsToDispose { get; init; }

        public bool IsTouched { get; private set; }

        public bool IsDisposed { get; private set; }

        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
        {
            IsTouched = true;
            return base.OpenAsync(opening, cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            IsDisposed = true;
            if (FailsToDispose)
            {
                throw new IOException("dispose");
            }
        }
    }

    private sealed class FaultyLoggerFactory : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => throw new InvalidOperationException("log");

        public void Dispose()
        {
        }
    }
}
