using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// The positional parameters of a record and of its bases that have attributes. Few have any, and the syntax knows: so no attribute
/// is bound for the others.
/// </summary>
internal sealed class PositionalParameters
{
    private readonly List<IParameterSymbol> _annotated = [];

    /// <summary>Looks for them.</summary>
    /// <param name="type">The record.</param>
    /// <param name="primaryConstructor">Its primary constructor, if it has one.</param>
    public PositionalParameters(INamedTypeSymbol type, IMethodSymbol? primaryConstructor)
    {
        for (INamedTypeSymbol? declaring = type; declaring is not null; declaring = declaring.BaseRecord())
        {
            if (!declaring.DeclaringSyntaxReferences.IsEmpty)
            {
                AddAnnotated(ReferenceEquals(declaring, type) ? primaryConstructor : declaring.FindPrimaryConstructor());
                continue;
            }

            // A compiled record doesn't say which constructor is the primary one. Its parameters have the properties' own names, and no other's do.
            foreach (IMethodSymbol constructor in declaring.InstanceConstructors)
            {
                _annotated.AddRange(constructor.Parameters);
            }
        }
    }

    /// <summary>The parameters of this name, of a type or of one of its constructors.</summary>
    public IEnumerable<IParameterSymbol> Find(INamedTypeSymbol type, string name)
    {
        foreach (IParameterSymbol parameter in _annotated)
        {
            if (parameter.Name == name && SymbolEqualityComparer.Default.Equals(parameter.ContainingType, type))
            {
                yield return parameter;
            }
        }
    }

    /// <summary>Whether no parameter of any type has an attribute.</summary>
    public bool IsEmpty => _annotated.Count == 0;

    private void AddAnnotated(IMethodSymbol? constructor)
    {
        if (constructor?.PositionalSyntax() is not { } list)
        {
            return;
        }

        for (int i = 0; i < list.Parameters.Count && i < constructor.Parameters.Length; i++)
        {
            if (list.Parameters[i].AttributeLists.Count > 0)
            {
                _annotated.Add(constructor.Parameters[i]);
            }
        }
    }
}
