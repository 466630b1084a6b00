using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Makes the parameters of an event's typed calls: those of the constructor without default, the required members, those
/// of the constructor with default.
/// </summary>
/// <param name="isAnnotated">Whether references get their question marks.</param>
internal sealed class ParameterList(bool isAnnotated)
{
    private const string Suffix = "Value";

    private static readonly string[] OwnNames = ["tracker", "user", "context", "cancellationToken"];

    private readonly List<ParameterModel> _parameters = [];
    private readonly HashSet<string> _names = [.. OwnNames];
    private readonly List<MemberInitializer> _initializers = [];
    private string[] _arguments = [];

    public EquatableArray<string> ConstructorArguments => new(_arguments);

    public EquatableArray<MemberInitializer> Initializers => EquatableArray.From(_initializers);

    /// <summary>The name of the parameter for a member, where no other member takes it first.</summary>
    public static string NameOf(string member)
    {
        string name = NamingPolicy.CamelCase(member);
        return Array.IndexOf(OwnNames, name) < 0 ? name : name + Suffix;
    }

    public EquatableArray<ParameterModel> Add(ImmutableArray<IParameterSymbol> constructor, List<ISymbol> required)
    {
        _arguments = new string[constructor.Length];
        var defaults = new string?[constructor.Length];
        for (int i = 0; i < constructor.Length; i++)
        {
            defaults[i] = DefaultOf(constructor[i]);
        }

        AddConstructorParameters(constructor, defaults, withDefault: false);
        foreach (ISymbol member in required)
        {
            string name = Add(member.Name, TrackMethodsParser.TypeOf(member), null, null);
            _initializers.Add(new MemberInitializer(member.Name, name));
        }

        AddConstructorParameters(constructor, defaults, withDefault: true);
        return EquatableArray.From(_parameters);
    }

    private void AddConstructorParameters(ImmutableArray<IParameterSymbol> constructor, string?[] defaults, bool withDefault)
    {
        for (int i = 0; i < constructor.Length; i++)
        {
            IParameterSymbol parameter = constructor[i];
            string? value = defaults[i];
            if (withDefault == value is not null)
            {
                _arguments[i] = Add(parameter.Name, parameter.Type, value, value is null ? null : CallerInfoOf(parameter));
            }
        }
    }

    private string Add(string name, ITypeSymbol type, string? defaultValue, string? callerInfo)
    {
        name = NameOf(name);
        while (!_names.Add(name))
        {
            name += Suffix;
        }

        _parameters.Add(new ParameterModel(name, TypeText.Of(type, isAnnotated), defaultValue, callerInfo));
        return name;
    }

    private static string? DefaultOf(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        object? value = parameter.ExplicitDefaultValue;
        if (value is null)
        {
            return parameter.Type.IsReferenceType ? "null" : "default";
        }

        // An enum's constant is a number.
        ITypeSymbol type = parameter.Type.WithoutNullable(out _);
        return type.TypeKind == TypeKind.Enum ? $"({TypeText.Of(type)})({Literal.OfConstant(value)})" : Literal.OfConstant(value);
    }

    /// <summary>The compiler fills such a parameter in where a call leaves it out, and here the call is the user's.</summary>
    private static string? CallerInfoOf(IParameterSymbol parameter)
    {
        foreach (AttributeData attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "CallerMemberNameAttribute" or "CallerFilePathAttribute" or "CallerLineNumberAttribute" } type
                && attribute.IsSystemAttribute(type.Name, "CompilerServices"))
            {
                return $"[{TypeText.Of(type)}]";
            }
        }

        return null;
    }
}
