namespace TypedEvents.Tests;

/// <summary>Wrong options fail when the tracker is made, with the option's name and what is legal.</summary>
public sealed class EventTrackerOptionsTests
{
    public static TheoryData<string, Action<EventTrackerOptions>, string> WrongOptions => new()
    {
        { "ApiKey is missing", options => options.ApiKey = "", "API keys" },
        { "ApiKey is missing", options => options.ApiKey = " ", "API keys" },
        { "ApiKey is missing", options => options.ApiKey = null!, "API keys" },
        { "ApiKey holds a colon", options => options.ApiKey = "a:b", "RFC 7617" },
        { "ApiSecret is missing", options => options.ApiSecret = "", "API keys" },
        { "AppKey is empty", options => options.AppKey = "", "null" },
        { "BaseAddress is ''", options => options.BaseAddress = null!, "absolute" },
        { "BaseAddress is '/v1'", options => options.BaseAddress = new Uri("/v1", UriKind.Relative), "absolute" },
        { "BaseAddress is 'http://ma-api.engagelab.com/'", options => options.BaseAddress = new Uri("http://ma-api.engagelab.com"), "https" },
        { "BaseAddress is 'http://127.0.0.1:5199/'", options => options.BaseAddress = new Uri("http://127.0.0.1:5199"), "AllowInsecureLoopback" },
        { "BaseAddress is 'ftp://example.org/'", options => options.BaseAddress = new Uri("ftp://example.org"), "https" },
        { "BaseAddress is", options => options.BaseAddress = new Uri("https://example.org/?a=b"), "query" },
        { "BaseAddress holds a user name", options => options.BaseAddress = new Uri("https://user:hunter2@example.org/"), "ApiSecret" },
        { "MaxBatchEvents is 0", options => options.MaxBatchEvents = 0, "1 to 1000" },
        { "MaxBatchEvents is 1001", options => options.MaxBatchEvents = 1001, "1 to 1000" },
        { "MaxBatchBytes is 100", options => options.MaxBatchBytes = 100, "1024 to 16777216" },
        { "MaxEventBytes is 255", options => options.MaxEventBytes = 255, "256 to 4194304" },
        { "MaxEventBytes is 4194305", options => options.MaxEventBytes = 4194305, "256 to 4194304" },
        { "MaxTextBytes is 3", options => options.MaxTextBytes = 3, "4 to" },
        { "BufferBytes is 1", options => options.BufferBytes = 1, "65536 to 1073741824" },
        { "FlushInterval is -00:00:01", options => options.FlushInterval = TimeSpan.FromSeconds(-1), "00:00:00 to 01:00:00" },
        { "AttemptTimeout is 00:00:00", options => options.AttemptTimeout = TimeSpan.Zero, "00:00:00.1000000 to 00:10:00" },
        { "FlushTimeout is 02:00:00", options => options.FlushTimeout = TimeSpan.FromHours(2), "00:00:00 to 01:00:00" },
        { "ShutdownTimeout is 02:00:00", options => options.ShutdownTimeout = TimeSpan.FromHours(2), "00:00:00 to 01:00:00" },
        { "RuleViolations is 4", options => options.RuleViolations = (RuleViolationPolicy)4, "Send to Throw" },
        { "TimeProvider is null", options => options.TimeProvider = null!, "system's clock" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_named_with_what_is_legal(string problem, Action<EventTrackerOptions> makeWrong, string remedy)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => EventTracker.Create(options =>
        {
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            makeWrong(options);
        }));
        Assert.StartsWith(problem, exception.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
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
        Assert.Equal(4, seen.Lanes);
        Assert.Equal(100, seen.RequestsPerSecond);
        Assert.Null(seen.MaxEventAge);
        Assert.Null(seen.MaxTextBytes);
        Assert.Empty(seen.TransientCodes);
        Assert.False(seen.CompressRequests);
        Assert.False(seen.AllowInsecureLoopback);
        Assert.Equal(100_000, seen.UserCacheSize);
        Assert.Equal(TimeSpan.FromHours(24), seen.UserCacheDuration);
        Assert.Equal(RuleViolationPolicy.Send, seen.RuleViolations);
        Assert.Null(seen.Filter);
        Assert.IsType<MemoryOutbox>(tracker.Outbox);
    }
}
