using System.Globalization;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>What the statements on events have in common.</summary>
internal sealed class EventSql(string schema, TimeProvider? eventClock)
{
    /// <summary>The columns of an event that is read to be sent, in the order of <see cref="EventRow"/>.</summary>
    public const string Columns = "position, partition, name, app_key, identity_name, external_id, json";

    /// <summary>
    /// The first statement of each batch that reads, settles, expires or asks for the oldest event: statistics that were gathered while the table
    /// was empty, or before it was refilled, must not choose the plan. The settings end with the transaction.
    /// </summary>
    public static readonly Command Plan = new("""
        SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
          set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
        """);

    /// <summary>The schema's name, quoted.</summary>
    public string Q { get; } = Schema.Quote(schema);

    /// <summary>The database's clock as an expression; in tests, the time that stands for it.</summary>
    public string Now => eventClock is null
        ? "clock_timestamp()"
        : $"'{eventClock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'::timestamptz";

    /// <summary>Whether an event's name is on hold in its partition.</summary>
    public string IsHeld(string events) => $"EXISTS (SELECT FROM {Q}.held_names h WHERE h.partition = {events}.partition AND h.name = {events}.name)";
}
