using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>The names of the members in the body of a record.</summary>
/// <param name="declaration">The record.</param>
internal sealed class MemberNames(RecordDeclarationSyntax declaration)
{
    private Dictionary<string, int>? _counts;

    /// <summary>How many members have a name. Methods may share theirs.</summary>
    public int CountOf(string name)
    {
        if (declaration.Members.Count == 0)
        {
            return 0;
        }

        _counts ??= Count();
        return _counts.TryGetValue(name, out int count) ? count : 0;
    }

    private Dictionary<string, int> Count()
    {
        var counts = new Dictionary<string, int>(declaration.Members.Count);
        foreach (MemberDeclarationSyntax member in declaration.Members)
        {
            switch (member)
            {
                case PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property:
                    Add(property.Identifier.ValueText);
                    break;
                case MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method:
                    Add(method.Identifier.ValueText);
                    break;
                case EventDeclarationSyntax { ExplicitInterfaceSpecifier: null } one:
                    Add(one.Identifier.ValueText);
                    break;
                case BaseFieldDeclarationSyntax fields:
                    foreach (VariableDeclaratorSyntax field in fields.Declaration.Variables)
                    {
                        Add(field.Identifier.ValueText);
                    }

                    break;
                case BaseTypeDeclarationSyntax type:
                    Add(type.Identifier.ValueText);
                    break;
                case DelegateDeclarationSyntax type:
                    Add(type.Identifier.ValueText);
                    break;
            }
        }

        return counts;

        void Add(string name) => counts[name] = counts.TryGetValue(name, out int count) ? count + 1 : 1;
    }
}
