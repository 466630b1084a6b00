namespace TypedEvents.Outbox.Sqlite;

/// <summary>The table "users": the EUIDs of users who are known by an external id.</summary>
internal sealed class UserTable(Database database, int maxUsers)
{
    /// <summary>Saves users. Over the limit, those registered first are removed.</summary>
    public void Save(IReadOnlyList<RegisteredUser> users)
    {
        using Statement insert = database.PrepareOnce("""
            INSERT INTO users (identity_name, own_id, euid, registered_at, checksum) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (identity_name, own_id) DO UPDATE SET euid = excluded.euid, registered_at = excluded.registered_at, checksum = excluded.checksum
            """);
        foreach (RegisteredUser user in users)
        {
            long registeredAt = user.RegisteredAt.ToUnixTimeMilliseconds();
            insert.Bind(1, user.User.IdentityName).Bind(2, user.User.ExternalId).Bind(3, user.Euid.Value).Bind(4, registeredAt)
                .Bind(5, RowChecksum.OfUser(user.User, user.Euid.Value, registeredAt))
                .Run();
        }

        if (database.QueryInt64("SELECT count(*) FROM users") - maxUsers is > 0 and long tooMany)
        {
            using Statement delete = database.PrepareOnce("""
                DELETE FROM users WHERE (identity_name, own_id) IN
                  (SELECT identity_name, own_id FROM users ORDER BY registered_at LIMIT ?1)
                """);
            delete.Bind(1, tooMany).Run();
        }
    }

    /// <summary>
    /// Removes what is saved of a person, unless events of theirs are left: those under the EUID would be hard to find without it.
    /// </summary>
    /// <param name="user">An external id, or an EUID, under which a person may be saved with several external ids.</param>
    /// <param name="hasEvents">Whether there are events of a user.</param>
    public void ForgetUnless(EngageUser user, Func<EngageUser, bool> hasEvents)
    {
        foreach ((string identityName, string externalId, long euid) in Find(user))
        {
            bool isUsed = (EngageUser.TryFromIdentity(identityName, externalId, out EngageUser saved) && hasEvents(saved))
                || (Euid.TryCreate(euid, out Euid known) && hasEvents(known));
            if (!isUsed)
            {
                using Statement delete = database.PrepareOnce("DELETE FROM users WHERE identity_name = ?1 AND own_id = ?2");
                delete.Bind(1, identityName).Bind(2, externalId).Run();
            }
        }
    }

    private List<(string IdentityName, string ExternalId, long Euid)> Find(EngageUser user)
    {
        const string Columns = "SELECT identity_name, own_id, euid FROM users WHERE ";
        bool isEuid = user.TryGetEuid(out Euid euid);
        using Statement select = database.PrepareOnce(Columns + (isEuid ? "euid = ?1" : "identity_name = ?1 AND own_id = ?2"));
        _ = isEuid ? select.Bind(1, euid.Value) : select.Bind(1, user.IdentityName).Bind(2, user.ExternalId);
        List<(string, string, long)> found = [];
        while (select.Step())
        {
            found.Add((select.Text(0)!, select.Text(1)!, select.Int64(2)));
        }

        return found;
    }
}
