namespace TypedEvents.Outbox.Testing;

/// <summary>One promise of every outbox, as a test. It needs no test framework.</summary>
public sealed class OutboxContractCase
{
    private readonly Func<ContractCases, Task> _run;

    internal OutboxContractCase(string name, Func<ContractCases, Task> run)
    {
        Name = name;
        _run = run;
    }

    /// <summary>The promise, as a sentence. No two cases have the same name, and a name changes only together with its promise.</summary>
    public string Name { get; }

    /// <summary>Runs the case with an outbox of its own. Cases can run concurrently.</summary>
    /// <param name="factory">Creates the outbox.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OutboxContractException">The outbox breaks its contract: the message says how.</exception>
    public Task RunAsync(OutboxFactory factory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Task.Run(() => _run(new ContractCases(factory, cancellationToken)), cancellationToken);
    }

    /// <summary>The <see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
