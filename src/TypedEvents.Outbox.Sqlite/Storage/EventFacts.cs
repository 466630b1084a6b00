using System.Globalization;
using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>What the statistics and the limits need to know of an event.</summary>
/// <param name="Position">Which it is.</param>
/// <param name="Bytes">What it takes in the file, without its reason: <see cref="BytesOf"/>.</param>
/// <param name="State">Where it is.</param>
/// <param name="HasExternalId">Whether only its user's external id is known.</param>
/// <param name="MessageBytes">The size of its reason's message as a dead letter.</param>
internal readonly record struct EventFacts(long Position, long Bytes, EventState State, bool HasExternalId, long MessageBytes = 0)
{
    /// <summary>
    /// What a row and its entry in an index take beyond the texts and the JSON: some 55 bytes, and what SQLite leaves free in the pages of
    /// the index.
    /// </summary>
    public const int OverheadBytes = 64;

    /// <summary><see cref="Bytes"/> in SQL.</summary>
    public static readonly string BytesColumn = string.Create(
        CultureInfo.InvariantCulture,
        $"(length(json) + length(CAST(name AS BLOB)) + coalesce(length(CAST(app_key AS BLOB)), 0) + coalesce(length(CAST(own_id AS BLOB)), 0) + {OverheadBytes})");

    /// <summary><see cref="MessageBytes"/> in SQL.</summary>
    public const string MessageBytesColumn = "coalesce(length(CAST(message AS BLOB)), 0)";

    public static readonly string Columns = $"position, {BytesColumn}, state, own_id IS NOT NULL, {MessageBytesColumn}";

    /// <summary>How many columns <see cref="Columns"/> are: others of a statement follow them.</summary>
    public const int ColumnCount = 5;

    /// <summary>What it counts for against the limit of where it is.</summary>
    public long TotalBytes => Bytes + MessageBytes;

    /// <summary>Reads the facts from a row with <see cref="Columns"/>.</summary>
    public static EventFacts From(Statement select) =>
        new(select.Int64(0), select.Int64(1), (EventState)select.Int64(2), select.Int64(3) != 0, select.Int64(4));

    /// <summary>What an event takes in the file: its JSON, name, <c>app_key</c> and external id in UTF-8, and <see cref="OverheadBytes"/>.</summary>
    public static long BytesOf(long jsonLength, string name, string? appKey, string? externalId) =>
        jsonLength + LengthOf(name) + LengthOf(appKey) + LengthOf(externalId) + OverheadBytes;

    /// <summary>The size of a text in the file.</summary>
    public static long LengthOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
