using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Model;

/// <summary>
/// The contract of an event, which the tool <c>typedevents</c> reads from the compiled assembly. It is apart from <see cref="EventModel"/>, so that
/// an edited text doesn't emit the serializer again.
/// </summary>
/// <param name="FileNumber">The number of the file that holds it, with those of other events.</param>
/// <param name="ClassName">The name of the class that holds it.</param>
/// <param name="Json">The contract.</param>
internal sealed record ContractModel(int FileNumber, string ClassName, string Json)
{
    /// <summary>
    /// Into how many files the contracts of a project are distributed, by a hash of their events' names. A file for each event would cost more at
    /// each keystroke, as the compiler lists all files; a single one would be printed as a whole after an edit of any event.
    /// </summary>
    public const int MaxFiles = 64;

    /// <summary>Makes the model.</summary>
    /// <param name="name">The name of the event's record.</param>
    /// <param name="fullName">Its full name.</param>
    /// <param name="json">The contract.</param>
    public static ContractModel Of(string name, string fullName, string json)
    {
        ulong hash = StableHash.NumberOf(fullName);
        return new ContractModel((int)(hash % MaxFiles), $"{name}_{StableHash.TextOf(hash)}", json);
    }
}

/// <summary>A file of contracts.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Contracts">The contracts, in the order of their classes.</param>
internal sealed record ContractFile(int Number, EquatableArray<ContractModel> Contracts);
