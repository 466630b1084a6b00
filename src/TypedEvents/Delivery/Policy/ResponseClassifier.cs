namespace TypedEvents;

/// <summary>What a response means: the first row that fits (docs/reference/responses.md).</summary>
/// <param name="transientCodes">Codes of EngageLab's that a later attempt may fix (<c>EventTrackerOptions.TransientCodes</c>).</param>
internal sealed class ResponseClassifier(int[] transientCodes)
{
    private readonly (Func<EngageResponse, bool> Fits, ResponseMeaning Meaning)[] _rows =
    [
        // A response to credentials of yesterday says nothing about today's, unless it is a success.
        (response => response.HasOldCredentials && !response.IsAccepted, ResponseMeaning.Nothing),

        // Wrong configuration.
        (response => EngageCodes.MeansConfiguration(response.Code) || response.TransportError == TransportError.CertificateRejected, ResponseMeaning.Configuration),

        // No whole response.
        (response => response.TransportError is not (TransportError.None or TransportError.Redirected), ResponseMeaning.Failed),

        // No access.
        (response => (int?)response.Status is 401 or 403 or 404 or 405 or 407 or 410 or (>= 300 and <= 399) || response.TransportError == TransportError.Redirected, ResponseMeaning.FailedConfiguration),

        // Temporary.
        (response => (int?)response.Status is 408 or 425 or 429 or >= 500 || (response.Code is { } code && Array.IndexOf(transientCodes, code) >= 0), ResponseMeaning.Failed),

        // Too large.
        (response => (int?)response.Status is 413, ResponseMeaning.RejectedSize),

        // No compression.
        (response => (int?)response.Status is 415 && response.WasCompressed, ResponseMeaning.RejectedCompression),

        // Rejected.
        (response => response.Code is not (null or 0) || (int?)response.Status is 400 or 422, ResponseMeaning.Rejected),

        // Accepted.
        (response => response.IsAccepted, ResponseMeaning.Accepted),

        // No code: something else than EngageLab answered.
        (response => (int?)response.Status is >= 200 and <= 299 && response.Code is null, ResponseMeaning.Failed),

        // Any other status.
        (_ => true, ResponseMeaning.FailedConfiguration),
    ];

    public ResponseMeaning Read(EngageResponse response) => Array.Find(_rows, row => row.Fits(response)).Meaning;
}
