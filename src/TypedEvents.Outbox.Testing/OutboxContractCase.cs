namespace TypedEvents.Outbox.Testing;

/// <summary>One thing that every outbox promises, as a test. It needs no test framework.</summary>
public sealed class OutboxContractCase
{
    private readonly Func<ContractCases, Task> _run;

    internal OutboxContractCase(string name, Func<ContractCases, Task> run)
    {
        Name = name;
        _run = run;
    }

    /// <summary>What is promised, as a sentence. No two cases have the same name, and a name changes only with what it says.</summary>
    public string Name { get; }

    /// <summary>Runs the case with an outbox of its own. Cases can run at the same time.</summary>
    /// <param name="factory">Makes the outbox.</param>
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
