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

    public EquatableArray<ParameterModel> Add(List<Argument> constructor, List<Argument> required)
    {
        _arguments = new string[constructor.Count];
        _parameters.Capacity = constructor.Count + required.Count;
        AddConstructorParameters(constructor, withDefault: false);
        foreach (Argument member in required)
        {
            _initializers.Add(new MemberInitializer(member.Name, Add(member)));
        }

        AddConstructorParameters(constructor, withDefault: true);
        return EquatableArray.From(_parameters);
    }

    private void AddConstructorParameters(List<Argument> constructor, bool withDefault)
    {
        for (int i = 0; i < constructor.Count; i++)
        {
            if (withDefault == constructor[i].Default is not null)
            {
                _arguments[i] = Add(constructor[i]);
            }
        }
    }

    private string Add(Argument argument)
    {
        string name = NameOf(argument.Name);
        while (IsTaken(name))
        {
            name += Suffix;
        }

        _parameters.Add(new ParameterModel(name, TypeText.Of(argument.Type, isAnnotated), argument.Default, argument.CallerInfo));
        return name;
    }

    private bool IsTaken(string name)
    {
        foreach (ParameterModel parameter in _parameters)
        {
            if (parameter.Name == name)
            {
                return true;
            }
        }

        return Array.IndexOf(OwnNames, name) >= 0;
    }
}
