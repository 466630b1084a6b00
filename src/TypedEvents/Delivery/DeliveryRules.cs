namespace TypedEvents;

/// <summary>
/// What an answer changes: the state machine of the delivery (docs/delivery.md, "The loop"), without any I/O. Nothing becomes a
/// dead letter without proof that the server works, and one bad item doesn't stop the others.
/// </summary>
internal sealed class DeliveryRules(int maxLimit, Backoff backoff, Gate gate)
{
    private const int MinLimitAfterTimeOut = 10;
    private const int StrikesToHalve = 3;
    private const int FailuresToClose = 5;
    private const int RefusalsToClose = 30;
    private const int AcceptancesToProve = 10;
    private const int ProofsToBury = 3;
    private const int DeathsToHold = 5;

    private readonly int _maxLimit = maxLimit;
    private readonly Dictionary<string, int> _deathsInARow = new(StringComparer.Ordinal);

    /// <summary>How many items a request has at most, for now.</summary>
    public int Limit { get; private set; } = maxLimit;

    /// <summary>How many requests were accepted, ever.</summary>
    public long Accepted { get; private set; }

    /// <summary>How many requests were accepted in a row, not counting quarantined events that failed.</summary>
    public int Streak { get; private set; }

    public int FailuresInARow { get; private set; }

    public int RefusalsInARow { get; private set; }

    public Gate Gate => gate;

    public Verdict Judge(Attempt attempt, AnswerMeaning meaning, bool isTimeOut, TimeSpan now) => meaning switch
    {
        AnswerMeaning.Accepted => Accept(attempt, now),
        AnswerMeaning.Refused or AnswerMeaning.RefusedSize => Refuse(attempt, meaning == AnswerMeaning.RefusedSize, now),
        AnswerMeaning.Failed => Fail(attempt, GateReason.Failures, isTimeOut, now),
        AnswerMeaning.FailedConfiguration => Fail(attempt, GateReason.Configuration, isTimeOut, now),
        AnswerMeaning.Configuration => CloseForConfiguration(attempt, now),
        AnswerMeaning.RefusedCompression => OpenUnlessRefusing(),
        _ => default,
    };

    /// <summary>The server took a request and gave nothing: that is no failure, and no evidence that it works either.</summary>
    public void NoteEmpty(Attempt attempt, TimeSpan now)
    {
        FailuresInARow = 0;
        foreach ((Lane lane, int count) in attempt.Parts)
        {
            lane.Strikes = 0;
            lane.EndWait(now);
            if (attempt.Kind == AttemptKind.Batch)
            {
                lane.NoteAccepted(count);
            }
        }

        if (gate.Reason == GateReason.Refusals)
        {
            gate.Close(GateReason.Refusals, attempt.Period, now);
        }
        else
        {
            gate.Open();
        }
    }

    private Verdict Accept(Attempt attempt, TimeSpan now)
    {
        Accepted++;
        Streak++;
        FailuresInARow = 0;
        RefusalsInARow = 0;
        gate.Open();
        if (Accepted % 10 == 0)
        {
            Limit = Math.Min(_maxLimit, Limit + Math.Max(1, Limit / 10));
        }

        foreach ((Lane lane, int count) in attempt.Parts)
        {
            lane.Strikes = 0;
            lane.IsSolo = false;
            lane.EndWait(now);
            if (attempt.Kind == AttemptKind.Batch)
            {
                lane.NoteAccepted(count);
            }
        }

        if (_deathsInARow.Count > 0 || attempt.Lane.Suspects.Count > 0 || attempt.Lane.FirstFailures.Count > 0)
        {
            Clear(attempt);
        }

        return new Verdict(ItemFate.Delivered);
    }

    /// <summary>Nothing is held against its items any more.</summary>
    private void Clear(Attempt attempt)
    {
        foreach (TriedItem item in attempt.Items)
        {
            _deathsInARow.Remove(item.Name);
            attempt.Lane.Suspects.Remove(item.Id);
            attempt.Lane.FirstFailures.Remove(item.Id);
        }
    }

    private Verdict Refuse(Attempt attempt, bool isForSize, TimeSpan now)
    {
        FailuresInARow = 0;
        RefusalsInARow += attempt.Kind == AttemptKind.Suspect ? 0 : 1;
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.Strikes = 0;
        }

        OpenUnlessRefusing();
        Verdict verdict = attempt.Count > 1 ? Narrow(attempt, isForSize) : RefuseAlone(attempt, now);
        if (RefusalsInARow >= RefusalsToClose)
        {
            gate.Close(GateReason.Refusals, attempt.Period, now);
        }

        return verdict;
    }

    private Verdict Narrow(Attempt attempt, bool isForSize)
    {
        if (isForSize)
        {
            Limit = Math.Min(Limit, attempt.Count / 2);
        }

        if (attempt.IsCombined)
        {
            Separate(attempt);
        }
        else
        {
            attempt.Lane.Window = attempt.Count;
        }

        return default;
    }

    private Verdict RefuseAlone(Attempt attempt, TimeSpan now)
    {
        Lane lane = attempt.Lane;
        TriedItem item = attempt.Items[0];
        if (lane.Suspects.TryGetValue(item.Id, out Suspect? suspect))
        {
            if (suspect.Kind == SuspectKind.Refused && Accepted > suspect.Mark)
            {
                lane.Suspects.Remove(item.Id);
                return Bury(item, ItemFate.DeadRefused);
            }

            suspect.NoteRefused(Accepted, now);
        }
        else if (attempt.Kind == AttemptKind.Held)
        {
            lane.Suspects[item.Id] = new Suspect(item, SuspectKind.Refused, Accepted, now);
        }
        else if (attempt.Kind != AttemptKind.Sample)
        {
            lane.SetAside(new Suspect(item, SuspectKind.Refused, Accepted, now));
        }

        return default;
    }

    private Verdict Fail(Attempt attempt, GateReason reason, bool isTimeOut, TimeSpan now)
    {
        Lane lane = attempt.Lane;
        if (attempt.Count == 1 && lane.Suspects.TryGetValue(attempt.Items[0].Id, out Suspect? suspect) && suspect.Kind == SuspectKind.Failed)
        {
            return FailSuspect(attempt, suspect, reason, now);
        }

        Streak = 0;
        NoteFailure(attempt, now);
        if (attempt.Count > 1)
        {
            NarrowFailed(attempt, isTimeOut);
        }
        else
        {
            FailAlone(attempt, now);
        }

        if (FailuresInARow >= FailuresToClose || !gate.IsOpen)
        {
            gate.Close(reason, attempt.Period, now);
        }

        return default;
    }

    private void NarrowFailed(Attempt attempt, bool isTimeOut)
    {
        if (isTimeOut)
        {
            Limit = Math.Min(Limit, Math.Max(MinLimitAfterTimeOut, attempt.Count / 2));
        }

        Lane lane = attempt.Lane;
        if (!attempt.IsCombined && (lane.Window > 0 || lane.Strikes >= StrikesToHalve))
        {
            lane.Window = attempt.Count;
        }
    }

    private void FailAlone(Attempt attempt, TimeSpan now)
    {
        Lane lane = attempt.Lane;
        TriedItem item = attempt.Items[0];
        if (lane.Suspects.TryGetValue(item.Id, out Suspect? suspect))
        {
            // It was refused before. Whether it is at fault for the failure, too, is to be proved anew.
            suspect.NoteFailed(Accepted, now);
        }
        else if (attempt.Kind is AttemptKind.Batch or AttemptKind.Overtaking)
        {
            if (!lane.FirstFailures.TryGetValue(item.Id, out long mark))
            {
                lane.FirstFailures.Add(item.Id, Accepted);
            }
            else if (lane.Strikes >= StrikesToHalve && Accepted > mark)
            {
                lane.SetAside(new Suspect(item, SuspectKind.Failed, Accepted, now));
            }
        }
    }

    /// <summary>
    /// It isn't counted as a failure of the server's, or two of them would take each other's evidence away. In return the acceptances have
    /// to be since its own last failure: an outage in which nothing else is sent is no evidence.
    /// </summary>
    private Verdict FailSuspect(Attempt attempt, Suspect suspect, GateReason reason, TimeSpan now)
    {
        bool isEvidence = Streak >= AcceptancesToProve && Accepted - suspect.Mark >= AcceptancesToProve;
        suspect.NoteFailed(Accepted, now);
        if (!gate.IsOpen)
        {
            gate.Close(reason, attempt.Period, now);
        }

        if (isEvidence && ++suspect.Proofs == ProofsToBury)
        {
            attempt.Lane.Suspects.Remove(suspect.Item.Id);
            return Bury(suspect.Item, ItemFate.DeadFailed);
        }

        return default;
    }

    private Verdict CloseForConfiguration(Attempt attempt, TimeSpan now)
    {
        Streak = 0;
        NoteFailure(attempt, now);
        gate.Close(GateReason.Configuration, attempt.Period, now);
        return default;
    }

    private void NoteFailure(Attempt attempt, TimeSpan now)
    {
        FailuresInARow++;
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.Strikes++;
            part.Lane.WaitUntil = now + backoff.After(part.Lane.Strikes);
        }

        if (attempt.IsCombined)
        {
            Separate(attempt);
        }
    }

    /// <summary>Any answer but a failure shows that the server works. A gate that is closed for refusals needs an acceptance.</summary>
    private Verdict OpenUnlessRefusing()
    {
        if (gate.Reason != GateReason.Refusals)
        {
            gate.Open();
        }

        return default;
    }

    private Verdict Bury(TriedItem item, ItemFate fate)
    {
        int deaths = _deathsInARow.GetValueOrDefault(item.Name) + 1;
        if (deaths < DeathsToHold)
        {
            _deathsInARow[item.Name] = deaths;
            return new Verdict(fate);
        }

        _deathsInARow.Remove(item.Name);
        return new Verdict(fate, HeldName: item.Name);
    }

    private static void Separate(Attempt attempt)
    {
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.IsSolo = true;
        }
    }
}
