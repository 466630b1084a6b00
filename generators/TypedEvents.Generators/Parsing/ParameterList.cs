using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Makes the parameters of an event's typed calls: those of the constructor without default, the required members, those
/// of the constructor with default.
/// </summary>
/// <param name="isAnnotated">Whether references get their question marks.</param>
/// <param name="last">The model that the last run made: parameters that are as before are the same objects.</param>
internal sealed class ParameterList(bool isAnnotated, TrackMethodsModel? last)
{
    private const string Suffix = "Value";

    private static readonly string[] OwnNames = ["tracker", "user", "context", "cancellationToken"];

    private RepeatedList<ParameterModel> _parameters;
    private RepeatedList<MemberInitializer> _initializers;

    /// <summary>The arguments of the constructor; <see langword="null"/> as long as they are those of the last model.</summary>
    private string[]? _arguments;

    public EquatableArray<string> ConstructorArguments => _arguments is null ? last!.ConstructorArguments : new(_arguments);

    public EquatableArray<MemberInitializer> Initializers => _initializers.ToArray();

    /// <summary>The name of the parameter for a member, where no other member takes it first.</summary>
    public static string NameOf(string member)
    {
        string name = NamingPolicy.CamelCase(member);
        return Array.IndexOf(OwnNames, name) < 0 ? name : name + Suffix;
    }

    public EquatableArray<ParameterModel> Add(List<Argument> constructor, List<Argument> required)
    {
        _parameters = new RepeatedList<ParameterModel>(last?.Parameters, constructor.Count + required.Count);
        _initializers = new RepeatedList<MemberInitializer>(last?.Initializers, required.Count);
        _arguments = last?.ConstructorArguments.Count == constructor.Count ? null : new string[constructor.Count];
        AddConstructorParameters(constructor, withDefault: false);
        foreach (Argument member in required)
        {
            string name = Add(member);
            _initializers.Add(_initializers.Next is { } known && known.Member == member.Name && known.Parameter == name ? known : new MemberInitializer(member.Name, name));
        }

        AddConstructorParameters(constructor, withDefault: true);
        return _parameters.ToArray();
    }

    private void AddConstructorParameters(List<Argument> constructor, bool withDefault)
    {
        for (int i = 0; i < constructor.Count; i++)
        {
            if (withDefault == constructor[i].Default is not null)
            {
                SetArgument(i, Add(constructor[i]));
            }
        }
    }

    private void SetArgument(int index, string name)
    {
        if (_arguments is null && last!.ConstructorArguments[index] != name)
        {
            _arguments = [.. last.ConstructorArguments];
        }

        if (_arguments is not null)
        {
            _arguments[index] = name;
        }
    }

    private string Add(Argument argument)
    {
        string name = NameOf(argument.Name);
        while (IsTaken(name))
        {
            name += Suffix;
        }

        string type = TypeText.Of(argument.Type, isAnnotated);
        ParameterModel? known = _parameters.Next;
        _parameters.Add(known is not null && known.Name == name && known.Type == type && known.Default == argument.Default && known.CallerInfo == argument.CallerInfo
            ? known
            : new ParameterModel(name, type, argument.Default, argument.CallerInfo));
        return name;
    }

    private bool IsTaken(string name)
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].Name == name)
            {
                return true;
            }
        }

        return Array.IndexOf(OwnNames, name) >= 0;
    }
}
