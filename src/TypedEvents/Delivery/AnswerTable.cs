namespace TypedEvents;

/// <summary>What an answer means: the first row that fits.</summary>
internal static class AnswerTable
{
    private static readonly (Func<EngageAnswer, bool> Fits, AnswerMeaning Meaning)[] Rows =
    [
        (answer => answer.IsAccepted, AnswerMeaning.Accepted),
        (answer => answer.HasOldCredentials, AnswerMeaning.Nothing),
        (answer => answer.NoAnswer is NoAnswerReason.CertificateRefused, AnswerMeaning.Blocked),
        (answer => answer.NoAnswer is not NoAnswerReason.None, AnswerMeaning.Failed),
        (answer => (int?)answer.Status is 408 or 425 or 429 or >= 500 && !IsAboutConfiguration(answer.Code), AnswerMeaning.Failed),
    ];

    public static AnswerMeaning Read(EngageAnswer answer)
    {
        foreach ((Func<EngageAnswer, bool> fits, AnswerMeaning meaning) in Rows)
        {
            if (fits(answer))
            {
                return meaning;
            }
        }

        return AnswerMeaning.Blocked;
    }

    /// <summary>Authentication failed, project id illegal or unknown, no API data source (EngageLab's codes, whatever the status).</summary>
    private static bool IsAboutConfiguration(int? code) => code is 40050 or 50031 or 50034 or 50074;
}
