using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Installs Debian's PostgreSQL and PgBouncer for the tests if either is missing. The tests start servers of their own, in temporary folders.
/// </summary>
internal static class InstallPostgreSqlCommand
{
    public static Command Create()
    {
        var command = new Command("install-postgresql", "Installs PostgreSQL and PgBouncer for the tests on Debian and Ubuntu, or names them.");
        command.SetAction(_ => RunAsync());
        return command;
    }

    public static async Task RunAsync()
    {
        string[] packages = [.. HasPostgreSql() ? [] : (string[])["postgresql"], .. HasPgBouncer() ? [] : (string[])["pgbouncer"]];
        if (packages.Length > 0 && !await DebianPackages.TryInstallAsync(packages))
        {
            throw new EngException(
                $"{string.Join(" and ", packages)} could not be installed. Install PostgreSQL and PgBouncer, or set TYPEDEVENTS_POSTGRES to the connection "
                + "string of a server.");
        }
    }

    private static bool HasPostgreSql()
    {
        string[] programs = ["initdb", "postgres", "pg_ctl", "pg_basebackup"];
        return programs.All(Shell.Has)
            || (Directory.Exists("/usr/lib/postgresql")
                && Directory.EnumerateDirectories("/usr/lib/postgresql").Any(version => File.Exists(Path.Combine(version, "bin", "pg_basebackup"))));
    }

    private static bool HasPgBouncer() => Shell.Has("pgbouncer") || File.Exists("/usr/sbin/pgbouncer");
}
