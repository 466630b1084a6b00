namespace TypedEvents;

/// <summary>What an answer means: the first row that fits (docs/delivery.md, "What an answer means").</summary>
/// <param name="transientCodes">Codes of EngageLab's that a later attempt may mend (<c>EventTrackerOptions.TransientCodes</c>).</param>
internal sealed class AnswerTable(int[] transientCodes)
{
    private readonly (Func<EngageAnswer, bool> Fits, AnswerMeaning Meaning)[] _rows =
    [
        // Not a row of the table: an answer to credentials of yesterday says nothing about today's, unless it is a success.
        (answer => answer.HasOldCredentials && !answer.IsAccepted, AnswerMeaning.Nothing),

        /*  1 */ (answer => (answer.Code is { } code && EngageCodes.MeansConfiguration(code)) || answer.NoAnswer == NoAnswerReason.CertificateRefused, AnswerMeaning.Configuration),
        /*  2 */ (answer => answer.NoAnswer is not (NoAnswerReason.None or NoAnswerReason.Redirected), AnswerMeaning.Failed),
        /*  3 */ (answer => (int?)answer.Status is 401 or 403 or 404 or 405 or 407 or 410 or (>= 300 and <= 399) || answer.NoAnswer == NoAnswerReason.Redirected, AnswerMeaning.FailedConfiguration),
        /*  4 */ (answer => (int?)answer.Status is 408 or 425 or 429 or >= 500 || (answer.Code is { } code && Array.IndexOf(transientCodes, code) >= 0), AnswerMeaning.Failed),
        /*  5 */ (answer => (int?)answer.Status is 413, AnswerMeaning.RefusedSize),
        /*  6 */ (answer => (int?)answer.Status is 415 && answer.WasCompressed, AnswerMeaning.RefusedCompression),
        /*  7 */ (answer => answer.Code is not (null or 0) || (int?)answer.Status is 400 or 422, AnswerMeaning.Refused),
        /*  8 */ (answer => answer.IsAccepted, AnswerMeaning.Accepted),
        /*  9 */ (answer => (int?)answer.Status is >= 200 and <= 299 && answer.Code is null, AnswerMeaning.Failed),
        /* 10 */ (_ => true, AnswerMeaning.FailedConfiguration),
    ];

    public AnswerMeaning Read(EngageAnswer answer) => Array.Find(_rows, row => row.Fits(answer)).Meaning;
}
