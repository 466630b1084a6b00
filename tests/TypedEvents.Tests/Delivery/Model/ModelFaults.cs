namespace TypedEvents.Tests;

/// <summary>The kinds of servers, machines and users of the model runs.</summary>
internal static class ModelFaults
{
    /// <summary>When what passes has passed.</summary>
    public static readonly TimeSpan FaultEnds = TimeSpan.FromMinutes(30);

    public static readonly Dictionary<string, Action<ModelRun>> All = new()
    {
        ["none"] = _ => { },
        ["random bad events"] = run => run.MakeBad(run.Random.Next(1, 20), isPoison: false),
        ["a run of adjacent bad events"] = run => run.MakeAdjacentBad(run.Random.Next(2, 60)),
        ["a name that is always rejected"] = run => run.MakeNameBad(share: 1),
        ["a name of which half is rejected"] = run => run.MakeNameBad(share: 0.5),
        ["everything is rejected for a while"] = run => run.For(FaultEnds, _ => ModelResponse.Of(400, 90400)),
        ["everything is rejected for a while, and bad events"] = run =>
        {
            run.MakeBad(5, isPoison: false);
            run.For(FaultEnds, _ => ModelResponse.Of(200, 55102));
        },
        ["configuration: codes about it"] = run => run.For(FaultEnds, _ => ModelResponse.Of(200, run.Pick(40050, 50031, 50034, 50074))),
        ["configuration: certificate rejected"] = run => run.For(FaultEnds, _ => ModelResponse.None(TransportError.CertificateRejected)),
        ["no response: not connected"] = run => run.For(FaultEnds, _ => ModelResponse.None(TransportError.NotConnected)),
        ["no response: timeouts"] = run => run.For(FaultEnds, _ => ModelResponse.None(TransportError.TimedOut, TimeSpan.FromSeconds(10))),
        ["no response: cut off"] = run => run.For(FaultEnds, _ => ModelResponse.None(TransportError.CutOff)),
        ["probably the configuration: 401 to 410, and 302"] = run => run.For(FaultEnds, _ => ModelResponse.Of(run.Pick(401, 403, 404, 405, 407, 410, 302))),
        ["server failure: 408 to 503, with and without a code"] = run => run.For(FaultEnds, _ => ModelResponse.Of(run.Pick(408, 425, 429, 500, 502, 503), run.Random.Next(2) == 0 ? 12345 : null)),
        ["413: too large for more than a few"] = run => run.Always(events => events.Count > 7 ? ModelResponse.Of(413) : null),
        ["413: too large for a while"] = run => run.For(FaultEnds, _ => ModelResponse.Of(413)),
        ["compression rejected"] = run =>
        {
            int left = run.Random.Next(1, 6);
            run.Always(_ => left-- > 0 ? ModelResponse.RejectedCompression() : null);
        },
        ["content rejected: 422 without a code"] = run => run.For(FaultEnds, _ => ModelResponse.Of(422)),
        ["200 that isn't EngageLab's: a proxy's page"] = run => run.For(FaultEnds, _ => ModelResponse.Of(200)),
        ["unexpected status: 418"] = run => run.For(FaultEnds, _ => ModelResponse.Of(418)),
        ["a firewall hates one event, by 403"] = run => run.Poison(1, ModelResponse.Of(403)),
        ["a firewall hates one event, by cutting"] = run => run.Poison(1, ModelResponse.None(TransportError.CutOff)),
        ["two poison events side by side"] = run => run.Poison(2, ModelResponse.Of(500)),
        ["poison that hangs the server"] = run => run.Poison(1, ModelResponse.None(TransportError.TimedOut, TimeSpan.FromSeconds(10))),
        ["too slow for 100, not for 50"] = run => run.Always(events => events.Count > 50 ? ModelResponse.None(TransportError.TimedOut, TimeSpan.FromSeconds(10)) : null),
        ["10 % 503"] = run => run.Always(_ => run.Random.NextDouble() < 0.1 ? ModelResponse.Of(503) : null),
        ["50 % 503"] = run => run.Always(_ => run.Random.NextDouble() < 0.5 ? ModelResponse.Of(503) : null),
        ["90 % 503 for a while"] = run => run.For(FaultEnds, _ => run.Random.NextDouble() < 0.9 ? ModelResponse.Of(503) : null),
        ["lost answers"] = run => run.For(FaultEnds, _ => run.Random.NextDouble() < 0.5 ? ModelResponse.None(TransportError.CutOff, keeps: true) : null),
        ["a third bad, and 20 % 503"] = run =>
        {
            run.MakeBad(run.Count / 3, isPoison: false);
            run.Always(_ => run.Random.NextDouble() < 0.2 ? ModelResponse.Of(503) : null);
        },
        ["Retry-After"] = run => run.For(FaultEnds, events => run.Random.NextDouble() < 0.5 ? ModelResponse.Later(run.Pick(429, 503, events.Count > 1 ? 400 : 408), TimeSpan.FromSeconds(run.Pick(0, 1, 60, 600, 36_000))) : null),
        ["credentials are exchanged"] = run => run.ExchangeCredentials(FaultEnds * (0.1 + (0.8 * run.Random.NextDouble()))),
        ["external ids, and credentials are exchanged"] = run =>
        {
            run.UseExternalIds();
            run.ExchangeCredentials(FaultEnds * (0.1 + (0.8 * run.Random.NextDouble())));
        },
        ["events get too old"] = run =>
        {
            run.LimitAge(TimeSpan.FromMinutes(10));
            run.For(FaultEnds, _ => ModelResponse.Of(503));
        },
        ["events get too old, bad events"] = run =>
        {
            run.LimitAge(TimeSpan.FromMinutes(10));
            run.MakeBad(5, isPoison: false);
            run.For(FaultEnds, _ => run.Random.NextDouble() < 0.7 ? ModelResponse.Of(503) : null);
        },
        ["settlements fail for a while"] = run =>
        {
            run.MakeBad(3, isPoison: false);
            run.FailSettlements(FaultEnds, share: 0.7);
        },
        ["settlements fail for a while, and a name is always rejected"] = run =>
        {
            run.MakeNameBad(share: 1);
            run.FailSettlements(FaultEnds, share: 0.5);
        },
        ["flushes"] = run => run.FlushNowAndThen(FaultEnds, 20),
        ["flushes, bad events, 30 % 503"] = run =>
        {
            run.MakeBad(5, isPoison: false);
            run.FlushNowAndThen(FaultEnds, 20);
            run.For(FaultEnds, _ => run.Random.NextDouble() < 0.3 ? ModelResponse.Of(503) : null);
        },
        ["flushes, external ids of which some are unknown, and a name that is always rejected"] = run =>
        {
            run.UseExternalIds(unknown: 2, rejected: 1);
            run.MakeNameBad(share: 1);
            run.FlushNowAndThen(FaultEnds, 20);
        },
        ["two applications"] = run =>
        {
            run.UseTwoApplications();
            run.MakeBad(5, isPoison: false);
        },
        ["an old process with a wrong key, and external ids"] = run =>
        {
            run.UseExternalIds();
            run.AddProcessWithWrongKey();
        },
        ["an old process with a wrong key"] = run => run.AddProcessWithWrongKey(),
        ["processes are killed"] = run => run.KillNowAndThen(),
        ["processes are killed, bad events, lost answers"] = run =>
        {
            run.MakeBad(10, isPoison: false);
            run.For(FaultEnds, _ => run.Random.NextDouble() < 0.3 ? ModelResponse.None(TransportError.CutOff, keeps: true) : null);
            run.KillNowAndThen();
        },
        ["one user only"] = run => run.UseOneUser(),
        ["one user only, with a bad event"] = run =>
        {
            run.UseOneUser();
            run.MakeBad(1, isPoison: false);
        },
        ["one event an hour"] = run => run.Trickle(),
        ["another process appends"] = run => run.AppendElsewhere(TimeSpan.FromSeconds(5)),
        ["another process appends one event an hour"] = run =>
        {
            run.Trickle();
            run.AppendElsewhere(TimeSpan.FromSeconds(30));
        },
        ["external ids"] = run => run.UseExternalIds(),
        ["external ids, of which some are unknown and some rejected"] = run => run.UseExternalIds(unknown: 2, rejected: 2),
        ["external ids, and registration is down for a while"] = run =>
        {
            run.UseExternalIds();
            run.ForRegistrations(FaultEnds, () => ModelResponse.Of(run.Pick(500, 503, 404, 429)));
        },
        ["external ids, and registration rejects everything for a while"] = run =>
        {
            run.UseExternalIds();
            run.ForRegistrations(FaultEnds, () => ModelResponse.Of(400, 90400));
        },
        ["external ids, and registration gives nobody an EUID for a while"] = run =>
        {
            run.UseExternalIds(unknown: 1);
            run.ForRegistrations(FaultEnds, () => ModelResponse.Accepted(TimeSpan.Zero));
        },
        ["external ids, and one of two servers gives nobody an EUID for a while"] = run =>
        {
            run.UseExternalIds(unknown: 1);
            run.ForRegistrations(FaultEnds, () => run.Random.Next(2) == 0 ? ModelResponse.Accepted(TimeSpan.Zero) : null);
        },
        ["external ids, and room for a few of their users"] = run =>
        {
            run.UseExternalIds();
            run.LimitUsers();
        },
        ["external ids, of which some are unknown and some rejected, and room for a few of their users"] = run =>
        {
            run.UseExternalIds(unknown: 3, rejected: 2);
            run.LimitUsers();
        },
        ["external ids, room for a few of their users, and registration is down for a while"] = run =>
        {
            run.UseExternalIds(unknown: 2);
            run.LimitUsers();
            run.ForRegistrations(FaultEnds, () => ModelResponse.Of(run.Pick(500, 503, 404, 429)));
        },
        ["external ids, room for a few of their users, and registration gives nobody an EUID for a while"] = run =>
        {
            run.UseExternalIds(unknown: 2);
            run.LimitUsers();
            run.ForRegistrations(FaultEnds, () => ModelResponse.Accepted(TimeSpan.Zero));
        },
        ["external ids, and half of all requests fail for a while"] = run =>
        {
            run.UseExternalIds(unknown: 1, rejected: 1);
            run.ForRegistrations(FaultEnds, () => run.Random.Next(2) == 0 ? ModelResponse.Of(503) : null);
            run.For(FaultEnds, _ => run.Random.Next(2) == 0 ? ModelResponse.Of(503) : null);
        },
        ["external ids, bad events, and processes are killed"] = run =>
        {
            run.UseExternalIds();
            run.MakeBad(10, isPoison: false);
            run.KillNowAndThen();
        },
    };
}
