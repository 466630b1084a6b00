using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads how an event is made, which gives the parameters of its typed calls.</summary>
internal static class TrackMethodsParser
{
    /// <summary>Makes the model of an event's typed calls, or <see langword="null"/> where none can be called or made.</summary>
    /// <param name="type">The event.</param>
    /// <param name="primaryConstructor">Its primary constructor, if it has one.</param>
    public static TrackMethodsModel? Parse(INamedTypeSymbol type, IMethodSymbol? primaryConstructor)
    {
        if (!CanBeCalled(type, out bool isPublic)
            || (primaryConstructor ?? FindParameterlessConstructor(type)) is not { } constructor
            || HasOutput(constructor))
        {
            return null;
        }

        List<ISymbol> required = SetsRequiredMembers(constructor) ? [] : RequiredMembers(type);
        return Parse(
            type,
            isPublic,
            [.. constructor.Parameters.Select(Argument.Of)],
            [.. required.Select(Argument.Of)],
            ObsoleteMark.TakenOverFrom([.. WithContainers(type), constructor, .. required]));
    }

    /// <summary>The same for an event whose arguments are known.</summary>
    /// <param name="type">The event.</param>
    /// <param name="isPublic">Whether everyone sees it.</param>
    /// <param name="constructor">What its constructor takes, in order.</param>
    /// <param name="required">The members that must be set, in order.</param>
    /// <param name="marks">What the calls take over, in C#.</param>
    public static TrackMethodsModel? Parse(
        INamedTypeSymbol type,
        bool isPublic,
        List<Argument> constructor,
        List<Argument> required,
        EquatableArray<string> marks)
    {
        if (!CanBeRestated(constructor) || !CanBeRestated(required))
        {
            return null;
        }

        bool isOblivious = HasOblivious(constructor) || HasOblivious(required);
        var parameters = new ParameterList(!isOblivious);
        return new TrackMethodsModel(
            ClassNameOf(type),
            isPublic,
            isOblivious,
            marks,
            parameters.Add(constructor, required),
            parameters.ConstructorArguments,
            parameters.Initializers);
    }

    /// <summary>Whether calls of an event can be written at all: it can be made, and named from outside.</summary>
    public static bool CanBeCalled(INamedTypeSymbol type, out bool isPublic) => IsVisible(type, out isPublic) && !type.IsAbstract;

    /// <summary>A type and those around it.</summary>
    public static IEnumerable<ISymbol> WithContainers(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            yield return current;
        }
    }

    private static bool HasOutput(IMethodSymbol constructor)
    {
        foreach (IParameterSymbol parameter in constructor.Parameters)
        {
            if (parameter.RefKind is RefKind.Ref or RefKind.Out)
            {
                return true;
            }
        }

        return false;
    }

    private static bool CanBeRestated(List<Argument> arguments)
    {
        foreach (Argument argument in arguments)
        {
            if (!TypeText.CanBeRestated(argument.Type))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasOblivious(List<Argument> arguments)
    {
        foreach (Argument argument in arguments)
        {
            if (TypeText.IsOblivious(argument.Type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A type is as visible as the least visible type around it.</summary>
    private static bool IsVisible(INamedTypeSymbol type, out bool isPublic)
    {
        isPublic = true;
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            switch (current.DeclaredAccessibility)
            {
                case Accessibility.Public:
                    break;
                case Accessibility.Internal:
                case Accessibility.ProtectedOrInternal:
                    isPublic = false;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static IMethodSymbol? FindParameterlessConstructor(INamedTypeSymbol type)
    {
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (constructor.Parameters.IsEmpty
                && constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)
            {
                return constructor;
            }
        }

        return null;
    }

    private static bool SetsRequiredMembers(IMethodSymbol constructor)
    {
        foreach (AttributeData attribute in constructor.GetAttributes())
        {
            if (attribute.IsSystemAttribute("SetsRequiredMembersAttribute", "CodeAnalysis"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The members that must be set, the base's first; an override stands where its base does.</summary>
    private static List<ISymbol> RequiredMembers(INamedTypeSymbol type)
    {
        List<ISymbol> members = type.BaseRecord() is { } baseRecord ? RequiredMembers(baseRecord) : [];
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
            {
                int overridden = members.FindIndex(other => other.Name == member.Name);
                if (overridden < 0)
                {
                    members.Add(member);
                }
                else
                {
                    members[overridden] = member;
                }
            }
        }

        return members;
    }

    /// <summary>The name of the class of extensions: <c>Outer_SignUpTrackerExtensions</c>.</summary>
    /// <remarks>
    /// Where another type could have the same name, it gets a suffix: a class of the user's, or the one of a type whose
    /// name has an underscore itself.
    /// </remarks>
    private static string ClassNameOf(INamedTypeSymbol type)
    {
        string path = type.Name;
        bool isAmbiguous = false;
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            isAmbiguous |= container.Name.Contains('_') || type.Name.Contains('_');
            path = container.Name + "_" + path;
        }

        string name = path + "TrackerExtensions";
        isAmbiguous |= type.ContainingType is not null && !type.ContainingNamespace.GetTypeMembers(path).IsEmpty;
        isAmbiguous |= !type.ContainingNamespace.GetTypeMembers(name).IsEmpty;
        return isAmbiguous ? name + "_" + StableHash.Of(type.MetadataName + "+" + path) : name;
    }
}
