using System.Buffers.Binary;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Finds the outbox's rows in the pages of a damaged file, page by page: each page is interpreted alone, so no other page has to be
/// intact. The rows of free pages are skipped: they were deleted.
/// </summary>
internal sealed class SalvageReader(DamagedFile file)
{
    private const int TableLeaf = 13;
    private const int TableInterior = 5;
    private const int IndexLeaf = 10;
    private const int IndexInterior = 2;

    // The first columns of "events", in their order; later versions append theirs.
    private const int EventColumns = 12;
    private const int OutboxColumns = 12;

    public SortedDictionary<long, SalvagedRow> Events { get; } = [];

    public Dictionary<(string Name, string ExternalId), SalvagedRow> Users { get; } = [];

    /// <summary>The projects that the outbox is for, by name or by the hash of an API key.</summary>
    public Dictionary<string, bool> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the outbox's target is known: its projects, or that no tracker ever used it.</summary>
    public bool IsTargetKnown => Outbox is { } outbox && (outbox.Values[1] is null || Targets.Count > 0);

    public HashSet<string> HeldNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The row of the table "outbox", or <see langword="null"/>.</summary>
    public SalvagedRow? Outbox { get; private set; }

    public List<long> DamagedPages { get; } = [];

    public long DamagedRows { get; private set; }

    public void Read(CancellationToken cancellationToken)
    {
        // The pages on which an event's JSON continues are known only after its row was read. They don't count as damage, whatever they contain.
        HashSet<uint> overflow = [];
        List<long> unknown = [];
        for (uint number = 1; number <= file.PageCount; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.IsFree(number))
            {
                continue;
            }

            if (file.Read(number) is not { } page || !TryReadPage(number, page, overflow))
            {
                unknown.Add(number);
            }
        }

        DamagedPages.AddRange(unknown.Where(number => !overflow.Contains((uint)number)));
    }

    private bool TryReadPage(uint number, byte[] page, HashSet<uint> overflow)
    {
        int start = number == 1 ? 100 : 0;
        int kind = page[start];
        int headerLength = kind is TableInterior or IndexInterior ? 12 : 8;
        int cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
        int pointers = start + headerLength;
        if (kind is not (TableLeaf or TableInterior or IndexLeaf or IndexInterior) || cells > (file.PageSize - pointers) / 2)
        {
            return false;
        }

        if (kind == TableInterior)
        {
            return true;
        }

        bool isSound = true;
        for (int i = 0; i < cells; i++)
        {
            int at = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + (i * 2)));
            if (at < pointers + (cells * 2) || ReadCell(page, at, kind, overflow) is not { } row)
            {
                isSound = false;
                DamagedRows++;
                continue;
            }

            Add(row, isTable: kind == TableLeaf);
        }

        // A page without a valid cell isn't a page of a table.
        return isSound || cells > 0;
    }

    private SalvagedRow? ReadCell(byte[] page, int at, int kind, HashSet<uint> overflow)
    {
        if (kind == IndexInterior)
        {
            at += 4;
        }

        long rowId = 0;
        if (at >= page.Length
            || !SalvagedRow.TryReadVarint(page, ref at, out long length)
            || length is < 1 or > int.MaxValue
            || (kind == TableLeaf && !SalvagedRow.TryReadVarint(page, ref at, out rowId)))
        {
            return null;
        }

        // The part of a payload that is stored on the page itself; see "Cell Payload Overflow Pages" in the file format.
        int usable = file.PageSize;
        int max = kind == TableLeaf ? usable - 35 : ((usable - 12) * 64 / 255) - 23;
        int min = ((usable - 12) * 32 / 255) - 23;
        int local = (int)length;
        if (length > max)
        {
            int fitting = (int)(min + ((length - min) % (usable - 4)));
            local = fitting <= max ? fitting : min;
        }

        if (at + local > page.Length)
        {
            return null;
        }

        if (local == length)
        {
            return SalvagedRow.Parse(rowId, page.AsSpan(at, local));
        }

        if (at + local + 4 > page.Length || length > (long)file.PageCount * usable)
        {
            return null;
        }

        byte[] payload = new byte[length];
        page.AsSpan(at, local).CopyTo(payload);
        uint next = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at + local));
        for (int have = local; have < length;)
        {
            if (file.IsFree(next) || file.Read(next) is not { } rest)
            {
                return null;
            }

            overflow.Add(next);
            int take = (int)Math.Min(usable - 4, length - have);
            rest.AsSpan(4, take).CopyTo(payload.AsSpan(have));
            have += take;
            next = BinaryPrimitives.ReadUInt32BigEndian(rest);
        }

        return SalvagedRow.Parse(rowId, payload);
    }

    private void Add(SalvagedRow row, bool isTable)
    {
        switch (row.Values)
        {
            case [null, long, long and >= 0 and <= 2, string, null or string, null or string, null or string, long, null or string, null or long, null or string, byte[], ..]
                when isTable && row.RowId > 0 && row.Values.Length >= EventColumns:
                Events[row.RowId] = row;
                break;
            case [null, null or string, long, long, long, long, long, long, long, long, long, long, ..]
                when isTable && row.RowId == 1 && row.Values.Length >= OutboxColumns:
                Outbox = row;
                break;
            case [string identity, string externalId, long, long, ..] when !isTable:
                Users[(identity, externalId)] = row;
                break;

            // The index of held events has a name and a position, which is never 0, and an event's name can't contain the colon of a hash.
            case [string project, 0L] when !isTable:
                Targets[project] = false;
                break;
            case [string hash, 1L] when !isTable && hash.Contains(':', StringComparison.Ordinal):
                Targets[hash] = true;
                break;
            case [string name] when !isTable:
                HeldNames.Add(name);
                break;
        }
    }
}
