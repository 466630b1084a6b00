namespace TypedEvents.Torture;

/// <summary>Runs everything with each kind of children, and prints one table in Markdown.</summary>
internal static class TortureTable
{
    /// <param name="arguments"><c>kills</c>, of each kind of child; <c>nativekills</c>; <c>takeovers</c>; <c>native</c>, the binary; <c>seed</c>.</param>
    /// <returns>Whether nothing went wrong.</returns>
    public static async Task<bool> PrintAsync(Arguments arguments)
    {
        int kills = arguments.Number("kills", 1000);
        int seed = arguments.Number("seed", Environment.TickCount);
        Console.Error.WriteLine($"seed={seed}");
        List<(ChildHost Host, int Kills)> hosts = [(ChildHost.Jit, kills)];
        if (arguments.Text("native") is { } native)
        {
            hosts.Add((ChildHost.Native(native), arguments.Number("nativekills", kills)));
        }

        bool isClean = true;
        List<IReadOnlyList<(string Row, string Value)>> columns = [];
        foreach ((ChildHost host, int count) in hosts)
        {
            (IReadOnlyList<(string Row, string Value)> rows, bool isHostClean) = await new TortureRun(host, seed).RunAsync(count, arguments.Number("takeovers", 20));
            columns.Add(rows);
            isClean &= isHostClean;
        }

        Console.WriteLine($"| | {string.Join(" | ", hosts.Select(host => host.Host.Name))} |");
        Console.WriteLine($"| --- |{string.Concat(hosts.Select(_ => " --- |"))}");
        for (int row = 0; row < columns[0].Count; row++)
        {
            Console.WriteLine($"| {columns[0][row].Row} | {string.Join(" | ", columns.Select(column => column[row].Value))} |");
        }

        return isClean;
    }
}
