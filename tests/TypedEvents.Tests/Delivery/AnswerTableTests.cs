using System.Net;

namespace TypedEvents.Tests;

/// <summary>The table of docs/delivery.md, row by row.</summary>
public sealed class AnswerTableTests
{
    private const int Transient = 70001;

    private static readonly AnswerTable Table = new([Transient]);

    [Theory]
    [InlineData(200, 40050, AnswerMeaning.Configuration)]
    [InlineData(401, 50031, AnswerMeaning.Configuration)]
    [InlineData(500, 50034, AnswerMeaning.Configuration)]
    [InlineData(429, 50074, AnswerMeaning.Configuration)]
    [InlineData(401, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(403, 12345, AnswerMeaning.FailedConfiguration)]
    [InlineData(404, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(405, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(407, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(410, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(302, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(308, 0, AnswerMeaning.FailedConfiguration)]
    [InlineData(408, null, AnswerMeaning.Failed)]
    [InlineData(425, null, AnswerMeaning.Failed)]
    [InlineData(429, 12345, AnswerMeaning.Failed)]
    [InlineData(500, 0, AnswerMeaning.Failed)]
    [InlineData(503, 12345, AnswerMeaning.Failed)]
    [InlineData(200, Transient, AnswerMeaning.Failed)]
    [InlineData(413, null, AnswerMeaning.RefusedSize)]
    [InlineData(413, 12345, AnswerMeaning.RefusedSize)]
    [InlineData(415, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(200, 55102, AnswerMeaning.Refused)]
    [InlineData(400, null, AnswerMeaning.Refused)]
    [InlineData(400, 0, AnswerMeaning.Refused)]
    [InlineData(422, null, AnswerMeaning.Refused)]
    [InlineData(418, 90400, AnswerMeaning.Refused)]
    [InlineData(200, 0, AnswerMeaning.Accepted)]
    [InlineData(202, 0, AnswerMeaning.Accepted)]
    [InlineData(200, null, AnswerMeaning.Failed)]
    [InlineData(204, null, AnswerMeaning.Failed)]
    [InlineData(418, null, AnswerMeaning.FailedConfiguration)]
    [InlineData(418, 0, AnswerMeaning.FailedConfiguration)]
    internal void A_whole_answer_is_read_by_its_status_and_code(int status, int? code, AnswerMeaning meaning) =>
        Assert.Equal(meaning, Table.Read(new EngageAnswer { Status = (HttpStatusCode)status, Code = code }));

    [Theory]
    [InlineData(NoAnswerReason.NotConnected, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.TimedOut, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.CutOff, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.TlsFailed, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.TooLong, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.CertificateRefused, AnswerMeaning.Configuration)]
    internal void No_whole_answer_is_never_taken_for_success(NoAnswerReason reason, AnswerMeaning meaning) =>
        Assert.Equal(meaning, Table.Read(new EngageAnswer { Status = HttpStatusCode.OK, NoAnswer = reason }));

    [Fact]
    public void A_refusal_of_compression_is_one_only_where_the_request_was_compressed() =>
        Assert.Equal(
            AnswerMeaning.RefusedCompression,
            Table.Read(new EngageAnswer { Status = HttpStatusCode.UnsupportedMediaType, WasCompressed = true }));

    [Fact]
    public void A_refusal_of_credentials_that_have_been_replaced_means_nothing() =>
        Assert.Equal(
            AnswerMeaning.Nothing,
            Table.Read(new EngageAnswer { Status = HttpStatusCode.Unauthorized, Code = 40050, HasOldCredentials = true }));

    [Fact]
    public void A_success_is_one_whatever_became_of_the_credentials() =>
        Assert.Equal(
            AnswerMeaning.Accepted,
            Table.Read(new EngageAnswer { Status = HttpStatusCode.OK, Code = 0, HasOldCredentials = true }));
}
