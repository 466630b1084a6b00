namespace TypedEvents.PostgreSql.TestServer;

/// <summary>When PgBouncer gives a server connection back.</summary>
public enum PoolMode
{
    Session,
    Transaction,
    Statement,
}
