namespace TypedEvents.Cli;

/// <summary>The plan of an application: the events of its assembly and of those that it references and that lie beside it.</summary>
internal sealed class ApplicationPlan : IDisposable
{
    private ApplicationPlan(IReadOnlyList<AssemblyFile> assemblies, TrackingPlan plan)
    {
        Assemblies = assemblies;
        Plan = plan;
    }

    /// <summary>The assemblies, each once.</summary>
    public IReadOnlyList<AssemblyFile> Assemblies { get; }

    public TrackingPlan Plan { get; }

    /// <summary>Reads the plan of assemblies.</summary>
    /// <param name="paths">The assemblies.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolException">An assembly can't be read, or none declares an event.</exception>
    public static ApplicationPlan Read(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        List<AssemblyFile> assemblies = [];
        try
        {
            OpenAll(paths, assemblies, cancellationToken);
            List<KeyValuePair<string, PlanEvent>> all = [];
            var locations = new PlanLocations();
            foreach (AssemblyFile assembly in assemblies)
            {
                cancellationToken.ThrowIfCancellationRequested();
                IReadOnlyList<KeyValuePair<string, PlanEvent>> events = ContractReader.Read(assembly);
                all.AddRange(events);
                SourceLines.Add(assembly, events, locations);
            }

            if (all.Count == 0)
            {
                throw new ToolException(assemblies.Exists(assembly => assembly.References.Contains("TypedEvents"))
                    ? $"'{paths[0]}' declares no events that this tool can read. Build it with the current package TypedEvents, which leaves the contracts in the assembly, and read the build's output: trimming and Native AOT remove them."
                    : $"'{paths[0]}' doesn't use TypedEvents.");
            }

            return new ApplicationPlan(assemblies, Combine(all, locations));
        }
        catch
        {
            assemblies.ForEach(assembly => assembly.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (AssemblyFile assembly in Assemblies)
        {
            assembly.Dispose();
        }
    }

    private static void OpenAll(IReadOnlyList<string> paths, List<AssemblyFile> assemblies, CancellationToken cancellationToken)
    {
        HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<AssemblyFile>();
        foreach (string path in paths)
        {
            Add(AssemblyFile.Open(path));
        }

        while (open.TryDequeue(out AssemblyFile? assembly))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string folder = System.IO.Path.GetDirectoryName(assembly.Path) is { Length: > 0 } parent ? parent : ".";
            foreach (string reference in assembly.References.Where(name => !IsOfPlatform(name) && !known.Contains(name)).ToArray())
            {
                string path = System.IO.Path.Combine(folder, reference + ".dll");
                if (File.Exists(path) && AssemblyFile.TryOpen(path, out _) is { } referenced)
                {
                    Add(referenced);
                }
            }
        }

        void Add(AssemblyFile assembly)
        {
            if (known.Add(assembly.Name))
            {
                assemblies.Add(assembly);
                open.Enqueue(assembly);
            }
            else
            {
                assembly.Dispose();
            }
        }
    }

    /// <summary>A self-contained application has the platform beside it, which declares no events.</summary>
    private static bool IsOfPlatform(string name) =>
        name is "mscorlib" or "netstandard" or "System"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static TrackingPlan Combine(List<KeyValuePair<string, PlanEvent>> all, PlanLocations locations)
    {
        SortedDictionary<string, PlanEvent> events = new(StringComparer.Ordinal);
        List<KeyValuePair<string, PlanEvent>> duplicates = [];
        foreach (KeyValuePair<string, PlanEvent> declared in all.OrderBy(declared => declared.Value.Assembly, StringComparer.Ordinal))
        {
            if (!events.TryAdd(declared.Key, declared.Value))
            {
                duplicates.Add(declared);
            }
        }

        return new TrackingPlan { Events = events, Duplicates = duplicates, Locations = locations };
    }
}
