namespace TypedEvents;

/// <summary>The buffer behind an <see cref="EventWriter"/>: one event at a time is written into it, from the first byte on.</summary>
/// <remarks>
/// An array that was outgrown is left to the garbage collector and never reused: a copy of the writer may still write to it.
/// </remarks>
internal sealed class ScratchBuffer
{
    /// <summary>Room beyond the limit, so that a value can be written whole before its length is known.</summary>
    private const int Slack = EventWriter.MaxPieceBytes;

    private const int InitialBytes = 1024;

    /// <summary>A larger array isn't kept for the next event, so that one large event doesn't hold its memory for ever.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    private byte[] _bytes = new byte[InitialBytes];
    private List<string>? _nonFiniteNumbers;
    private List<BrokenRule>? _brokenRules;

    /// <summary>The largest event, in bytes.</summary>
    public int MaxBytes { get; private set; }

    /// <summary>The longest text, in bytes of UTF-8 before escaping.</summary>
    public int MaxTextBytes { get; private set; }

    /// <summary>Whether the event grew beyond <see cref="MaxBytes"/>.</summary>
    public bool IsTooLarge { get; set; }

    /// <summary>How many texts of the event were cut to <see cref="MaxTextBytes"/>.</summary>
    public int TextsCut { get; set; }

    /// <summary>The names of the event's properties that were left out because they are no finite numbers.</summary>
    public IReadOnlyList<string> NonFiniteNumbers => _nonFiniteNumbers ?? (IReadOnlyList<string>)[];

    /// <summary>Whether anything happened that the event's bytes don't show.</summary>
    public bool HasNotes => TextsCut > 0 || _nonFiniteNumbers is { Count: > 0 } || _brokenRules is { Count: > 0 };

    /// <summary>What becomes of values that break a rule.</summary>
    public RuleViolationPolicy RuleViolations { get; private set; }

    /// <summary>The values of the event that break a rule.</summary>
    public IReadOnlyList<BrokenRule> BrokenRules => _brokenRules ?? (IReadOnlyList<BrokenRule>)[];

    /// <summary>The first broken rule, if the event isn't to be sent for it.</summary>
    public BrokenRule? Refusal =>
        RuleViolations is RuleViolationPolicy.RefuseEvent or RuleViolationPolicy.Throw && BrokenRules.Count > 0 ? BrokenRules[0] : null;

    public Span<byte> Bytes => _bytes;

    /// <summary>Makes ready for an event.</summary>
    public void Begin(int maxBytes, int maxTextBytes, RuleViolationPolicy ruleViolations = RuleViolationPolicy.Send)
    {
        MaxBytes = maxBytes;
        MaxTextBytes = maxTextBytes;
        IsTooLarge = false;
        TextsCut = 0;
        _nonFiniteNumbers?.Clear();
        RuleViolations = ruleViolations;
        _brokenRules?.Clear();
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <summary>Exchanges the array for one with room for <paramref name="needed"/> bytes, unless that is beyond the limit.</summary>
    public bool TryGrow(int written, long needed)
    {
        if (needed > (long)MaxBytes + Slack)
        {
            return false;
        }

        long size = Math.Min(Math.Max(needed, 2L * _bytes.Length), (long)MaxBytes + Slack);
        var grown = new byte[size];
        _bytes.AsSpan(0, written).CopyTo(grown);
        _bytes = grown;
        return true;
    }

    public void NoteNonFiniteNumber(string property) => (_nonFiniteNumbers ??= []).Add(property);

    public void NoteBrokenRule(BrokenRule broken) => (_brokenRules ??= []).Add(broken);

    [ThreadStatic]
    private static ScratchBuffer? _free;

    /// <summary>The thread's own buffer, or a new one where the thread is writing an event already: a getter may track.</summary>
    public static ScratchBuffer Rent()
    {
        ScratchBuffer scratch = _free ?? new ScratchBuffer();
        _free = null;
        return scratch;
    }

    public static void Return(ScratchBuffer scratch) => _free = scratch;
}
