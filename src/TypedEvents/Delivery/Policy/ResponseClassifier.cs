namespace TypedEvents;

/// <summary>What a response means: the first row that fits (docs/reference/responses.md).</summary>
/// <param name="transientCodes">Codes of EngageLab's that a later attempt may fix (<c>EventTrackerOptions.TransientCodes</c>).</param>
internal sealed class ResponseClassifier(List<int> transientCodes)
{
    public ResponseMeaning Read(EngageResponse response) => response switch
    {
        // A response to credentials of yesterday says nothing about today's, unless it is a success.
        { HasOldCredentials: true, IsAccepted: false } => ResponseMeaning.Nothing,

        // Wrong configuration.
        _ when EngageCodes.MeansConfiguration(response.Code) => ResponseMeaning.Configuration,
        { TransportError: TransportError.CertificateRejected } => ResponseMeaning.Configuration,

        // No whole response.
        { TransportError: not (TransportError.None or TransportError.Redirected) } => ResponseMeaning.Failed,

        // No access.
        { TransportError: TransportError.Redirected } => ResponseMeaning.FailedConfiguration,
        _ when (int?)response.Status is 401 or 403 or 404 or 405 or 407 or 410 or (>= 300 and <= 399) => ResponseMeaning.FailedConfiguration,

        // Temporary.
        _ when (int?)response.Status is 408 or 425 or 429 or >= 500 => ResponseMeaning.Failed,
        { Code: { } code } when transientCodes.Contains(code) => ResponseMeaning.Failed,

        // Too large.
        _ when (int?)response.Status is 413 => ResponseMeaning.RejectedSize,

        // No compression.
        { WasCompressed: true } when (int?)response.Status is 415 => ResponseMeaning.RejectedCompression,

        // Rejected.
        { Code: not (null or 0) } => ResponseMeaning.Rejected,
        _ when (int?)response.Status is 400 or 422 => ResponseMeaning.Rejected,

        // Accepted.
        { IsAccepted: true } => ResponseMeaning.Accepted,

        // No code: something else than EngageLab answered.
        { Code: null } when (int?)response.Status is >= 200 and <= 299 => ResponseMeaning.Failed,

        // Any other status.
        _ => ResponseMeaning.FailedConfiguration,
    };
}
