using System.Reflection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>People filter and alert by the ids of log entries, and log stores index them by the names of their values.</summary>
public sealed class LogTests
{
    [Fact]
    public void Each_entry_of_the_tracker_has_an_id_of_its_own_and_the_name_of_its_method()
    {
        List<(string Method, RecordingLogger.Entry Entry)> entries = LogEach();

        Assert.NotEmpty(entries);
        Assert.Equal(entries.Select(one => one.Entry.Id.Id).Distinct(), entries.Select(one => one.Entry.Id.Id));
        Assert.All(entries, one => Assert.Equal(one.Method, one.Entry.Id.Name));
    }

    [Fact]
    public void Each_entry_of_the_tracker_shows_each_of_its_values_under_the_name_of_the_parameter()
    {
        foreach ((string method, RecordingLogger.Entry entry) in LogEach())
        {
            string[] parameters = [.. ValuesOf(method).Select(value => value.Name!)];
            string template = Assert.IsType<string>(entry.Properties[^1].Value);
            Assert.Equal("{OriginalFormat}", entry.Properties[^1].Key);
            Assert.Equal(parameters.Order(), entry.Properties.SkipLast(1).Select(property => char.ToLowerInvariant(property.Key[0]) + property.Key[1..]).Order());
            string shown = template.Replace(":u}", "}", StringComparison.Ordinal);
            foreach ((string name, object? value) in entry.Properties.SkipLast(1))
            {
                Assert.Equal(ValueOf(ValuesOf(method).Single(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase))), value);
                shown = shown.Replace($"{{{name}}}", value is DateTimeOffset ? "1970-01-01 00:00:00Z" : $"{value}", StringComparison.Ordinal);
            }

            Assert.Equal(shown, entry.Text);
        }
    }

    [Fact]
    public void A_value_is_shown_as_it_is_even_if_it_looks_like_a_template()
    {
        var logger = new RecordingLogger();
        Log.EventInvalid(logger, "{Reason}", null!, new TimeoutException());

        Assert.Equal("Event '{Reason}' was not tracked: (null) Further occurrences are counted, not logged.", logger.Last!.Text);
        Assert.Equal(["EventName", "Reason", "{OriginalFormat}"], logger.Last.Properties.Select(property => property.Key));
        Assert.IsType<TimeoutException>(logger.Last.Exception);
    }

    [Fact]
    public void An_entry_below_the_level_of_the_logger_isnt_made()
    {
        var logger = new RecordingLogger { Least = LogLevel.Error };
        Log.OutboxFull(logger);

        Assert.Null(logger.Last);
    }

    private static List<(string Method, RecordingLogger.Entry Entry)> LogEach()
    {
        List<(string, RecordingLogger.Entry)> entries = [];
        foreach (MethodInfo method in Methods())
        {
            var logger = new RecordingLogger();
            method.Invoke(null, [.. method.GetParameters().Select(parameter => parameter.ParameterType == typeof(ILogger) ? logger : ValueOf(parameter))]);
            entries.Add((method.Name, logger.Last!));
        }

        return entries;
    }

    private static MethodInfo[] Methods() => typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly);

    private static IEnumerable<ParameterInfo> ValuesOf(string method) => Methods()
        .Single(one => one.Name == method)
        .GetParameters()
        .Where(parameter => parameter.ParameterType != typeof(ILogger) && parameter.ParameterType != typeof(Exception));

    private static object? ValueOf(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => $"<{parameter.Name}>",
        var type when type == typeof(int) => 2_000 + parameter.Position,
        var type when type == typeof(long) => 5_000_000_000 + parameter.Position,
        var type when type == typeof(Uri) => new Uri($"https://{parameter.Name}.example/"),
        var type when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch,
        _ => new TimeoutException(),
    };

    private sealed class RecordingLogger : ILogger
    {
        public LogLevel Least { get; init; }

        public Entry? Last { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Last = new Entry(eventId, formatter(state, exception), [.. (IReadOnlyList<KeyValuePair<string, object?>>)state!], exception);

        public sealed record Entry(EventId Id, string Text, KeyValuePair<string, object?>[] Properties, Exception? Exception);
    }
}
