using System.Net;

namespace TypedEvents.Tests;

/// <summary>The table of docs/reference/responses.md, row by row.</summary>
public sealed class ResponseClassifierTests
{
    private const int Transient = 70001;

    private static readonly ResponseClassifier Table = new([Transient]);

    [Theory]
    [InlineData(200, 40050, ResponseMeaning.Configuration)]
    [InlineData(401, 50031, ResponseMeaning.Configuration)]
    [InlineData(500, 50034, ResponseMeaning.Configuration)]
    [InlineData(429, 50074, ResponseMeaning.Configuration)]
    [InlineData(401, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(403, 12345, ResponseMeaning.FailedConfiguration)]
    [InlineData(404, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(405, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(407, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(410, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(302, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(308, 0, ResponseMeaning.FailedConfiguration)]
    [InlineData(408, null, ResponseMeaning.Failed)]
    [InlineData(425, null, ResponseMeaning.Failed)]
    [InlineData(429, 12345, ResponseMeaning.Failed)]
    [InlineData(500, 0, ResponseMeaning.Failed)]
    [InlineData(503, 12345, ResponseMeaning.Failed)]
    [InlineData(200, Transient, ResponseMeaning.Failed)]
    [InlineData(413, null, ResponseMeaning.RejectedSize)]
    [InlineData(413, 12345, ResponseMeaning.RejectedSize)]
    [InlineData(415, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(200, 55102, ResponseMeaning.Rejected)]
    [InlineData(400, null, ResponseMeaning.Rejected)]
    [InlineData(400, 0, ResponseMeaning.Rejected)]
    [InlineData(422, null, ResponseMeaning.Rejected)]
    [InlineData(418, 90400, ResponseMeaning.Rejected)]
    [InlineData(200, 0, ResponseMeaning.Accepted)]
    [InlineData(202, 0, ResponseMeaning.Accepted)]
    [InlineData(200, null, ResponseMeaning.Failed)]
    [InlineData(204, null, ResponseMeaning.Failed)]
    [InlineData(418, null, ResponseMeaning.FailedConfiguration)]
    [InlineData(418, 0, ResponseMeaning.FailedConfiguration)]
    internal void A_whole_response_is_read_by_its_status_and_code(int status, int? code, ResponseMeaning meaning) =>
        Assert.Equal(meaning, Table.Read(new EngageResponse { Status = (HttpStatusCode)status, Code = code }));

    [Theory]
    [InlineData(TransportError.NotConnected, ResponseMeaning.Failed)]
    [InlineData(TransportError.TimedOut, ResponseMeaning.Failed)]
    [InlineData(TransportError.CutOff, ResponseMeaning.Failed)]
    [InlineData(TransportError.TlsFailed, ResponseMeaning.Failed)]
    [InlineData(TransportError.TooLong, ResponseMeaning.Failed)]
    [InlineData(TransportError.CertificateRejected, ResponseMeaning.Configuration)]
    internal void No_whole_response_is_never_taken_for_success(TransportError reason, ResponseMeaning meaning) =>
        Assert.Equal(meaning, Table.Read(new EngageResponse { Status = HttpStatusCode.OK, TransportError = reason }));

    [Fact]
    public void A_rejection_of_compression_is_one_only_where_the_request_was_compressed() =>
        Assert.Equal(
            ResponseMeaning.RejectedCompression,
            Table.Read(new EngageResponse { Status = HttpStatusCode.UnsupportedMediaType, WasCompressed = true }));

    [Fact]
    public void A_rejection_of_credentials_that_have_been_replaced_means_nothing() =>
        Assert.Equal(
            ResponseMeaning.Nothing,
            Table.Read(new EngageResponse { Status = HttpStatusCode.Unauthorized, Code = 40050, HasOldCredentials = true }));

    [Fact]
    public void A_success_is_one_whatever_became_of_the_credentials() =>
        Assert.Equal(
            ResponseMeaning.Accepted,
            Table.Read(new EngageResponse { Status = HttpStatusCode.OK, Code = 0, HasOldCredentials = true }));
}
