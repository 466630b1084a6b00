using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>What an opening checks, and what it says where the outbox can't be used.</summary>
public sealed class OpeningTests : OutboxTests
{
    private static OutboxOpening Opening => new() { Target = new OutboxTarget(new Uri("https://api.engagelab.cc"), "shop") };

    [Fact]
    public async Task The_script_creates_what_an_opening_checks_and_its_grants_suffice()
    {
        string schema = "my \"Events\"";
        string script = PostgreSqlOutbox.GetScript(schema);
        await Database.ExecuteAsync(script);
        (string sender, string senderConnection) = await Database.CreateRoleAsync();
        (string appender, string appenderConnection) = await Database.CreateRoleAsync();
        foreach (string grant in script.Split('\n').Where(line => line.StartsWith("-- GRANT", StringComparison.Ordinal)))
        {
            await Database.ExecuteAsync(grant[3..].Replace("typed_events_sender", $"\"{sender}\"", StringComparison.Ordinal).Replace("typed_events_append", $"\"{appender}\"", StringComparison.Ordinal));
        }

        var options = new PostgreSqlOutboxOptions { Schema = schema, CreateSchema = false };
        await using PostgreSqlOutbox appending = PostgreSqlOutbox.Create(appenderConnection, options);
        await appending.OpenAsync(Opening, Cancellation);
        await AppendAsync(appending, (1, "a"));
        Assert.Contains("DELETE ON events", appending.AppendOnlyReason, StringComparison.Ordinal);
        Assert.Null(await appending.TryClaimAsync(Cancellation));
        Assert.Null(await appending.GetStatisticsAsync(Cancellation));
        Assert.Equal(appending.AppendOnlyReason, appending.StatisticsUnavailableReason);

        await using PostgreSqlOutbox sending = await PostgreSqlOutbox.OpenAsync(senderConnection, options, Cancellation);
        Assert.Null(sending.AppendOnlyReason);
        await using IOutboxClaim claim = await ClaimAsync(sending);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        Assert.True(await claim.HoldAsync("held", Cancellation));
        Assert.True(await claim.ReleaseAsync("held", Cancellation));
        Assert.True(await claim.SettleDeadLetterAsync(read, new DeadLetterReason(DeadLetterKind.Rejected), Cancellation));
        Assert.Equal(1, await sending.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        (_, List<OutboxEvent> again) = await ReadAsync(claim, 1);
        Assert.True(await claim.SettleDeliveredAsync(again, Cancellation));
        await ((PostgreSqlClaim)claim).StoreFloorsAsync(Cancellation);
        await AssertInvariantAsync(sending, appended: 1, delivered: 1, pending: 0);
        PostgreSqlOutboxDescription description = await sending.DescribeAsync(Cancellation);
        Assert.Contains("pg_read_all_stats", description.OldestSnapshotUnavailableReason, StringComparison.Ordinal);
        Assert.Contains("partitions 0 1 2", description.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_without_rights_is_told_which_ones_it_lacks()
    {
        (string role, string connection) = await Database.CreateRoleAsync();
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => PostgreSqlOutbox.OpenAsync(connection, null, Cancellation));
        Assert.Contains($"'{role}' may not create the outbox's tables", exception.Message, StringComparison.Ordinal);
        Assert.Contains("GetScript", exception.Message, StringComparison.Ordinal);

        await (await Open().GetStoreAsync(Cancellation)).Statistics.ReadAsync(Cancellation);
        exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => PostgreSqlOutbox.OpenAsync(connection, null, Cancellation));
        Assert.Contains($"'{role}' may not append", exception.Message, StringComparison.Ordinal);
        Assert.Contains("USAGE ON SCHEMA", exception.Message, StringComparison.Ordinal);
        AssertNoPassword(exception, connection);
    }

    [Fact]
    public async Task A_role_that_owns_its_schema_needs_no_right_on_the_database()
    {
        (string role, string connection) = await Database.CreateRoleAsync();
        await Database.ExecuteAsync($"CREATE SCHEMA typed_events AUTHORIZATION \"{role}\"");
        await using PostgreSqlOutbox outbox = await PostgreSqlOutbox.OpenAsync(connection, null, Cancellation);
        Assert.Null(outbox.AppendOnlyReason);
    }

    [Fact]
    public async Task Processes_that_start_together_create_the_schema_once()
    {
        PostgreSqlOutbox[] outboxes = [.. Enumerable.Range(0, 6).Select(_ => Open())];
        await Task.WhenAll(outboxes.Select(outbox => outbox.OpenAsync(Opening, Cancellation).AsTask()));
        await AppendAsync(outboxes[0], (1, "a"));
        await AssertInvariantAsync(outboxes[5], appended: 1, delivered: 0, pending: 1);
    }

    [Fact]
    public async Task A_missing_schema_is_an_error_where_it_must_not_be_created()
    {
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(
            () => PostgreSqlOutbox.OpenAsync(Database.DataSource, new PostgreSqlOutboxOptions { CreateSchema = false }, Cancellation));
        Assert.Contains("GetScript", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_rejected_unless_that_allows_this_one()
    {
        await Open().GetStoreAsync(Cancellation);
        await Database.ExecuteAsync("UPDATE typed_events.outbox SET schema_version = 7, min_version = 1");
        await Open().GetStoreAsync(Cancellation);
        await Database.ExecuteAsync("UPDATE typed_events.outbox SET min_version = 6");
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => PostgreSqlOutbox.OpenAsync(Database.DataSource, null, Cancellation));
        Assert.Contains("version 7", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Update the package", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_something_else_are_left_alone()
    {
        await Database.ExecuteAsync("CREATE SCHEMA typed_events; CREATE TABLE typed_events.events (id int)");
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => PostgreSqlOutbox.OpenAsync(Database.DataSource, null, Cancellation));
        Assert.Contains("of something else", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await Database.QueryAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'typed_events'"));
    }

    [Fact]
    public async Task A_lease_that_a_request_could_outlive_is_rejected()
    {
        PostgreSqlOutbox outbox = Open(new PostgreSqlOutboxOptions { LeaseDuration = TimeSpan.FromSeconds(15) });
        await outbox.OpenAsync(Opening with { AttemptTimeout = TimeSpan.FromSeconds(10) }, Cancellation);
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(
            () => outbox.OpenAsync(Opening with { AttemptTimeout = TimeSpan.FromSeconds(10.5) }, Cancellation).AsTask());
        Assert.Contains("15.5 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slim_data_source_without_arrays_is_rejected()
    {
        await using NpgsqlDataSource slim = new NpgsqlSlimDataSourceBuilder(Database.ConnectionString).Build();
        OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => PostgreSqlOutbox.OpenAsync(slim, null, Cancellation));
        Assert.Contains("EnableArrays()", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", 130000, "CockroachDB")]
    [InlineData("PostgreSQL 11.2-YB-2.21.0.0-b0 on x86_64", 110002, "YugabyteDB")]
    [InlineData("PostgreSQL 12.17 on x86_64-pc-linux-gnu", 120017, "12.17")]
    public void An_unsupported_server_is_named(string version, int number, string named) =>
        Assert.Contains(named, ServerFacts.FindUnsupported(version, number), StringComparison.Ordinal);

    [Fact]
    public void A_supported_server_is_not()
    {
        Assert.Null(ServerFacts.FindUnsupported("PostgreSQL 13.0 on x86_64-pc-linux-gnu", 130000));
        Assert.Null(ServerFacts.FindUnsupported("PostgreSQL 18.1 (Debian 18.1-1) on x86_64", 180001));
    }

    [Theory]
    [InlineData("Host=db;Password=abc;secret=rest;Database=x")]
    [InlineData("Host=db;Port=secret")]
    [InlineData("secret")]
    public void No_part_of_a_connection_string_is_shown(string connectionString)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => PostgreSqlOutbox.Create(connectionString));
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_down_is_tried_again()
    {
        string connection = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Port = 1, Timeout = 2 }.ConnectionString;
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(connection);
        Exception exception = await Assert.ThrowsAnyAsync<NpgsqlException>(() => outbox.OpenAsync(Opening, Cancellation).AsTask());
        AssertNoPassword(exception, connection);
        Assert.Null(await outbox.CloseAsync());
        Assert.NotNull(outbox.StatisticsUnavailableReason);
    }

    private static void AssertNoPassword(Exception exception, string connectionString) =>
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(connectionString).Password!, exception.ToString(), StringComparison.Ordinal);
}
