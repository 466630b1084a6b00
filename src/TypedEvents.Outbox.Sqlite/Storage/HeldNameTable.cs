namespace TypedEvents.Outbox.Sqlite;

/// <summary>The table "held_names": the event names that are on hold, for all processes that use the file.</summary>
internal sealed class HeldNameTable(Database database)
{
    private readonly Statement _select = database.Prepare("SELECT name FROM held_names");
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly TextCache _texts = new();

    /// <summary>Reads the names: another process may have changed them before this change began.</summary>
    public IReadOnlySet<string> Read()
    {
        _names.Clear();
        try
        {
            while (_select.Step())
            {
                _names.Add(_texts.Get(_select.Bytes(0)));
            }
        }
        finally
        {
            _select.Reset();
        }

        return _names;
    }

    public void Add(string name) => RunFor("INSERT INTO held_names (name) VALUES (?1)", name);

    public void Remove(string name) => RunFor("DELETE FROM held_names WHERE name = ?1", name);

    private void RunFor(string sql, string name)
    {
        using Statement statement = database.PrepareOnce(sql);
        statement.Bind(1, name).Run();
    }
}
