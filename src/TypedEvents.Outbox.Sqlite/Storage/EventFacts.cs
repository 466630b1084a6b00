using System.Globalization;
using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>The properties of an event that the statistics and the limits depend on.</summary>
/// <param name="Position">The event's position.</param>
/// <param name="Bytes">The size in the file, without its reason: <see cref="BytesOf"/>.</param>
/// <param name="State">The event's state.</param>
/// <param name="HasExternalId">Whether the event's user is known only by an external id.</param>
/// <param name="MessageBytes">The size of its reason's message as a dead letter.</param>
internal readonly record struct EventFacts(long Position, long Bytes, EventState State, bool HasExternalId, long MessageBytes = 0)
{
    /// <summary>
    /// The size of a row and its index entry beyond the strings and the JSON: some 55 bytes, and the free space in the pages of the index.
    /// </summary>
    public const int OverheadBytes = 64;

    /// <summary>The SQL expression for <see cref="Bytes"/>.</summary>
    public static readonly string BytesColumn = string.Create(
        CultureInfo.InvariantCulture,
        $"(length(json) + length(CAST(name AS BLOB)) + coalesce(length(CAST(app_key AS BLOB)), 0) + coalesce(length(CAST(own_id AS BLOB)), 0) + {OverheadBytes})");

    /// <summary>The SQL expression for <see cref="MessageBytes"/>.</summary>
    public const string MessageBytesColumn = "coalesce(length(CAST(message AS BLOB)), 0)";

    public static readonly string Columns = $"position, {BytesColumn}, state, own_id IS NOT NULL, {MessageBytesColumn}";

    /// <summary>The number of <see cref="Columns"/>, after which a statement's other columns follow.</summary>
    public const int ColumnCount = 5;

    /// <summary>The size that counts against the limit of the event's state.</summary>
    public long TotalBytes => Bytes + MessageBytes;

    /// <summary>Reads the facts from a row with <see cref="Columns"/>.</summary>
    public static EventFacts From(Statement select) =>
        new(select.Int64(0), select.Int64(1), (EventState)select.Int64(2), select.Int64(3) != 0, select.Int64(4));

    /// <summary>The size of an event in the file: its JSON, name, <c>app_key</c> and external id in UTF-8, and <see cref="OverheadBytes"/>.</summary>
    public static long BytesOf(long jsonLength, string name, string? appKey, string? externalId) =>
        jsonLength + LengthOf(name) + LengthOf(appKey) + LengthOf(externalId) + OverheadBytes;

    /// <summary>The size of a string in the file.</summary>
    public static long LengthOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
