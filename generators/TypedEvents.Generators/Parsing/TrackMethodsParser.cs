using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads how an event is made, which gives the parameters of its typed calls.</summary>
internal static class TrackMethodsParser
{
    /// <summary>Makes the model of an event's typed calls, or <see langword="null"/> where none can be called or made.</summary>
    /// <param name="record">The event.</param>
    /// <param name="last">The model that the last run made: parameters that are as before are the same objects.</param>
    public static TrackMethodsModel? Parse(DeclaredRecord record, TrackMethodsModel? last)
    {
        INamedTypeSymbol type = record.Type;
        if (!CanBeCalled(type, out bool isPublic) || record.Constructor is not { } constructor)
        {
            return null;
        }

        List<RequiredMember> members = constructor.SetsRequiredMembers ? [] : RequiredMembers(record);
        List<Argument> required = members.ConvertAll(static member => member.Argument);
        if (!CanBeRestated(constructor.Arguments) || !CanBeRestated(required))
        {
            return null;
        }

        bool isOblivious = HasOblivious(constructor.Arguments) || HasOblivious(required);
        var parameters = new ParameterList(!isOblivious, last);
        return new TrackMethodsModel(
            ClassNameOf(type),
            MethodNameOf(type),
            isPublic,
            isOblivious,
            MarksOf(type, constructor, members),
            parameters.Add(constructor.Arguments, required),
            parameters.ConstructorArguments,
            parameters.Initializers);
    }

    /// <summary>The reason why a valid event has no typed calls, as the end of a sentence; <see langword="null"/> if it has some.</summary>
    public static string? FindObstacle(INamedTypeSymbol type)
    {
        if (!IsVisible(type, out _))
        {
            return "it, or a type around it, is private or protected, and the calls stand outside";
        }

        if (type.IsAbstract)
        {
            return "it is abstract";
        }

        if (FindConstructor(type, type.FindPrimaryConstructor()) is not { } constructor)
        {
            return "it has no primary constructor, none without parameters, and not exactly one other that is public or internal";
        }

        if (HasOutput(constructor))
        {
            return "its constructor has a ref or out parameter";
        }

        bool setsRequired = KnownAttributes.HasAny(constructor.GetAttributes(), AttributeRole.SetsRequiredMembers);
        IEnumerable<ITypeSymbol> types = constructor.Parameters.Select(parameter => parameter.Type)
            .Concat(setsRequired ? [] : RequiredTypes(type));
        return types.All(TypeText.CanBeRestated) ? null : "the type of one of its values can't be that of a parameter";
    }

    private static IEnumerable<ITypeSymbol> RequiredTypes(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? declaring = type; declaring is not null; declaring = declaring.BaseRecord())
        {
            foreach (ISymbol member in declaring.GetMembers())
            {
                if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
                {
                    yield return Argument.Of(member).Type;
                }
            }
        }
    }

    /// <summary>The marks whose use would be reported: those of the type and its containing types, the constructor and the required members.</summary>
    private static EquatableArray<string> MarksOf(INamedTypeSymbol type, RecordConstructor constructor, List<RequiredMember> required)
    {
        var marks = default(ObsoleteMark);
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            marks.Add(current.GetAttributes());
        }

        marks.Add(constructor.Attributes);
        foreach (RequiredMember member in required)
        {
            marks.Add(member.Attributes);
        }

        return marks.ToArray();
    }

    /// <summary>Whether calls of an event can be written at all: it can be made, and named from outside.</summary>
    private static bool CanBeCalled(INamedTypeSymbol type, out bool isPublic) => IsVisible(type, out isPublic) && !type.IsAbstract;

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

    /// <summary>The constructor that typed calls use.</summary>
    public static IMethodSymbol? FindConstructor(INamedTypeSymbol type, IMethodSymbol? primaryConstructor) =>
        primaryConstructor ?? FindParameterlessConstructor(type) ?? FindOnlyConstructor(type);

    private static IMethodSymbol? FindParameterlessConstructor(INamedTypeSymbol type)
    {
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (constructor.Parameters.IsEmpty && IsAccessible(constructor))
            {
                return constructor;
            }
        }

        return null;
    }

    /// <summary>The one constructor that makes an event from its values, which a record may declare in its body. Of several none counts.</summary>
    private static IMethodSymbol? FindOnlyConstructor(INamedTypeSymbol type)
    {
        IMethodSymbol? only = null;
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (!constructor.IsImplicitlyDeclared && IsAccessible(constructor) && !IsCopyConstructor(constructor, type))
            {
                if (only is not null)
                {
                    return null;
                }

                only = constructor;
            }
        }

        return only;
    }

    private static bool IsCopyConstructor(IMethodSymbol constructor, INamedTypeSymbol type) =>
        constructor.Parameters is [{ Type: var parameterType }] && SymbolEqualityComparer.Default.Equals(parameterType, type);

    private static bool IsAccessible(IMethodSymbol constructor) =>
        constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    /// <summary>Whether a constructor has ref or out parameters, which a typed call can't have.</summary>
    public static bool HasOutput(IMethodSymbol constructor) => constructor.Parameters.Any(static parameter => parameter.RefKind is RefKind.Ref or RefKind.Out);

    /// <summary>The members that must be set, the base's first; an override stands where its base does.</summary>
    private static List<RequiredMember> RequiredMembers(DeclaredRecord record)
    {
        if (record.Base is not { } baseRecord)
        {
            return record.Required;
        }

        List<RequiredMember> members = [.. RequiredMembers(baseRecord)];
        foreach (RequiredMember member in record.Required)
        {
            int overridden = members.FindIndex(other => other.Argument.Name == member.Argument.Name);
            if (overridden < 0)
            {
                members.Add(member);
            }
            else
            {
                members[overridden] = member;
            }
        }

        return members;
    }

    /// <summary>
    /// The name of an event's typed call: <c>TrackSignUp</c>, and <c>TrackCheckoutStarted</c> for <c>Checkout.Started</c>. Without the
    /// containers' names, another nested event could change which event an untouched call sends.
    /// </summary>
    public static string MethodNameOf(INamedTypeSymbol type)
    {
        string name = type.Name;
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            name = container.Name + name;
        }

        return "Track" + name;
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
