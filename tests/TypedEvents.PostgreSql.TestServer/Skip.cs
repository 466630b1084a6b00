using System.Diagnostics.CodeAnalysis;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>Skips a test that lacks its server, or fails it where <see cref="PostgreSqlServer.RequiredVariable"/> demands the server.</summary>
internal static class Skip
{
    public static void Unless([DoesNotReturnIf(false)] bool isThere, string? reason)
    {
        if (!isThere && Environment.GetEnvironmentVariable(PostgreSqlServer.RequiredVariable) == "1")
        {
            Assert.Fail($"{PostgreSqlServer.RequiredVariable} is set. {reason}");
        }

        Assert.SkipUnless(isThere, reason ?? "");
    }
}
