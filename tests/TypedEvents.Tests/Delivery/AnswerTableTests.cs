using System.Net;

namespace TypedEvents.Tests;

public sealed class AnswerTableTests
{
    [Theory]
    [InlineData(200, 0, AnswerMeaning.Accepted)]
    [InlineData(202, 0, AnswerMeaning.Accepted)]
    [InlineData(200, null, AnswerMeaning.Blocked)]
    [InlineData(200, 40050, AnswerMeaning.Blocked)]
    [InlineData(400, 90400, AnswerMeaning.Blocked)]
    [InlineData(401, 40050, AnswerMeaning.Blocked)]
    [InlineData(401, null, AnswerMeaning.Blocked)]
    [InlineData(302, null, AnswerMeaning.Blocked)]
    [InlineData(413, null, AnswerMeaning.Blocked)]
    [InlineData(500, 0, AnswerMeaning.Failed)]
    [InlineData(408, null, AnswerMeaning.Failed)]
    [InlineData(425, null, AnswerMeaning.Failed)]
    [InlineData(429, null, AnswerMeaning.Failed)]
    [InlineData(503, 12345, AnswerMeaning.Failed)]
    [InlineData(500, 40050, AnswerMeaning.Blocked)]
    [InlineData(503, 50034, AnswerMeaning.Blocked)]
    internal void A_whole_answer_is_read_by_its_status_and_code(int status, int? code, AnswerMeaning meaning) =>
        Assert.Equal(meaning, AnswerTable.Read(new EngageAnswer { Status = (HttpStatusCode)status, Code = code }));

    [Theory]
    [InlineData(NoAnswerReason.NotConnected, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.TimedOut, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.CutOff, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.TooLong, AnswerMeaning.Failed)]
    [InlineData(NoAnswerReason.CertificateRefused, AnswerMeaning.Blocked)]
    internal void No_whole_answer_is_never_taken_for_success(NoAnswerReason reason, AnswerMeaning meaning) =>
        Assert.Equal(meaning, AnswerTable.Read(new EngageAnswer { Status = HttpStatusCode.OK, NoAnswer = reason }));

    [Fact]
    public void A_refusal_of_credentials_that_have_been_replaced_means_nothing() =>
        Assert.Equal(
            AnswerMeaning.Nothing,
            AnswerTable.Read(new EngageAnswer { Status = HttpStatusCode.Unauthorized, Code = 40050, HasOldCredentials = true }));
}
