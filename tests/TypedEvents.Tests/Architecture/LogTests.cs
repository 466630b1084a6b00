using System.Reflection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>People filter and alert by the ids of log entries.</summary>
public sealed class LogTests
{
    [Fact]
    public void Each_entry_of_the_tracker_has_an_id_of_its_own()
    {
        int[] ids =
        [
            .. typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
                .Where(attribute => attribute is not null)
                .Select(attribute => attribute!.EventId),
        ];

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }
}
