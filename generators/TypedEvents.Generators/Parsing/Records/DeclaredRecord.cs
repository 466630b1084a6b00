using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// The members that a record declares itself, as far as events need them. <see cref="SyntaxRecordReader"/> and <see cref="SymbolRecordReader"/>
/// read the same from the same record; <see cref="EventModelBuilder"/> doesn't know which of them did.
/// </summary>
/// <param name="type">The record.</param>
/// <param name="baseRecord">Its base record, if it has one.</param>
internal abstract class DeclaredRecord(INamedTypeSymbol type, DeclaredRecord? baseRecord)
{
    private RecordDescriptions? _descriptions;

    public INamedTypeSymbol Type => type;

    public DeclaredRecord? Base => baseRecord;

    /// <summary>What its documentation comments say. They are read when somebody asks, once for all events that share the record.</summary>
    public RecordDescriptions Descriptions => _descriptions ??= RecordDescriptions.Of(type);

    /// <summary>The properties that everyone can read, in order of declaration.</summary>
    public List<DeclaredProperty> Properties { get; } = [];

    /// <summary>The members that must be set, in order of declaration.</summary>
    public List<RequiredMember> Required { get; } = [];

    /// <summary>The attributes of positional parameters, by the parameter's name; only of parameters that have known ones.</summary>
    public List<ParameterAttributes> ParameterAttributes { get; } = [];

    /// <summary>The constructor that typed calls use; <see langword="null"/> if they can't create the record, and for a record that isn't an event itself.</summary>
    public RecordConstructor? Constructor { get; protected set; }

    /// <summary>Whether it, or a member of it, is called <c>EventName</c>.</summary>
    public abstract bool HasEventName { get; }

    /// <summary>Whether a record that derives from it has a member called <c>EventName</c>.</summary>
    public abstract bool PassesEventNameOn { get; }

    /// <summary>Whether it declares any member of this name: then the name means that one in records that derive from it.</summary>
    public abstract bool Declares(string name);

    /// <summary>The property of this name that everyone can read.</summary>
    public DeclaredProperty? FindProperty(string name)
    {
        foreach (DeclaredProperty property in Properties)
        {
            if (property.Name == name)
            {
                return property;
            }
        }

        return null;
    }
}

/// <summary>The constructor that creates a record.</summary>
/// <param name="Arguments">Its parameters, in order.</param>
/// <param name="SetsRequiredMembers">Whether the constructor sets all required members.</param>
/// <param name="Attributes">The constructor's known attributes.</param>
internal sealed record RecordConstructor(List<Argument> Arguments, bool SetsRequiredMembers, List<AttributeUse>? Attributes);

/// <summary>A member that must be set.</summary>
/// <param name="Argument">What it is set to.</param>
/// <param name="Attributes">Its known attributes.</param>
internal readonly record struct RequiredMember(Argument Argument, List<AttributeUse>? Attributes);

/// <summary>The known attributes of a positional parameter.</summary>
internal readonly record struct ParameterAttributes(string Name, List<AttributeUse> Attributes);
