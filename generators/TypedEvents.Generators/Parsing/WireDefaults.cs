using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>The settings of <c>[assembly: EngageEventDefaults]</c>. The numbers are those of the library's enums.</summary>
internal readonly record struct WireDefaults(int Naming, int Boolean, int Date)
{
    private const int CamelCase = 1;
    private const int AsDeclared = 2;

    public static WireDefaults Of(IAssemblySymbol assembly)
    {
        foreach (AttributeData attribute in assembly.GetAttributes())
        {
            if (attribute.Has(AttributeRole.EventDefaults))
            {
                return new WireDefaults(
                    attribute.NamedEnum("Naming") ?? 0,
                    attribute.NamedEnum("Boolean") ?? 0,
                    attribute.NamedEnum("Date") ?? 0);
            }
        }

        return default;
    }

    public string WireNameOf(string name) => Naming switch
    {
        CamelCase => NamingPolicy.CamelCase(name),
        AsDeclared => name,
        _ => NamingPolicy.SnakeCase(name),
    };
}
