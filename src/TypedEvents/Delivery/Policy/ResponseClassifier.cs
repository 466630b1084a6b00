namespace TypedEvents;

/// <summary>What a response means: the first row that fits (docs/reference/responses.md).</summary>
/// <param name="transientCodes">Codes of EngageLab's that a later attempt may fix (<c>EventTrackerOptions.TransientCodes</c>).</param>
internal sealed class ResponseClassifier(int[] transientCodes)
{
    private readonly (Func<EngageResponse, bool> Fits, ResponseMeaning Meaning)[] _rows =
    [
        // Not a row of the table: a response to credentials of yesterday says nothing about today's, unless it is a success.
        (response => response.HasOldCredentials && !response.IsAccepted, ResponseMeaning.Nothing),

        /*  1 */ (response => (response.Code is { } code && EngageCodes.MeansConfiguration(code)) || response.TransportError == TransportError.CertificateRejected, ResponseMeaning.Configuration),
        /*  2 */ (response => response.TransportError is not (TransportError.None or TransportError.Redirected), ResponseMeaning.Failed),
        /*  3 */ (response => (int?)response.Status is 401 or 403 or 404 or 405 or 407 or 410 or (>= 300 and <= 399) || response.TransportError == TransportError.Redirected, ResponseMeaning.FailedConfiguration),
        /*  4 */ (response => (int?)response.Status is 408 or 425 or 429 or >= 500 || (response.Code is { } code && Array.IndexOf(transientCodes, code) >= 0), ResponseMeaning.Failed),
        /*  5 */ (response => (int?)response.Status is 413, ResponseMeaning.RejectedSize),
        /*  6 */ (response => (int?)response.Status is 415 && response.WasCompressed, ResponseMeaning.RejectedCompression),
        /*  7 */ (response => response.Code is not (null or 0) || (int?)response.Status is 400 or 422, ResponseMeaning.Rejected),
        /*  8 */ (response => response.IsAccepted, ResponseMeaning.Accepted),
        /*  9 */ (response => (int?)response.Status is >= 200 and <= 299 && response.Code is null, ResponseMeaning.Failed),
        /* 10 */ (_ => true, ResponseMeaning.FailedConfiguration),
    ];

    public ResponseMeaning Read(EngageResponse response) => Array.Find(_rows, row => row.Fits(response)).Meaning;
}
