using System.Net;

namespace TypedEvents.Tests;

/// <summary>Applications can test how they handle an exception of the library.</summary>
public sealed class ExceptionTests
{
    public static TheoryData<Type> Exceptions =>
    [
        .. typeof(EventTracker).Assembly.GetExportedTypes()
            .Concat(typeof(Outbox.Testing.OutboxContract).Assembly.GetExportedTypes())
            .Where(type => type.IsSubclassOf(typeof(Exception))),
    ];

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void A_public_exception_can_be_constructed(Type type) =>
        Assert.Contains(type.GetConstructors(), constructor => Array.Exists(constructor.GetParameters(), parameter => parameter.ParameterType == typeof(string)));

    [Fact]
    public void An_api_exception_can_be_given_everything_that_a_handler_reads()
    {
        var cause = new HttpRequestException("no route");
        var exception = new EngageApiException("Too many requests.", cause)
        {
            StatusCode = HttpStatusCode.TooManyRequests,
            Code = 40050,
            ServerMessage = "slow down",
            RetryAfter = TimeSpan.FromSeconds(3),
        };

        Assert.Equal("Too many requests.", exception.Message);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal((HttpStatusCode.TooManyRequests, 40050, "slow down", TimeSpan.FromSeconds(3)), (exception.StatusCode, exception.Code, exception.ServerMessage, exception.RetryAfter));
        Assert.NotEmpty(new EngageApiException().Message);
    }
}
