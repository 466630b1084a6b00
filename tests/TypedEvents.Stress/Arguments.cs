using System.Globalization;

namespace TypedEvents.Stress;

/// <summary>Arguments of the form <c>name=value</c>.</summary>
internal sealed class Arguments(IEnumerable<string> arguments)
{
    private readonly Dictionary<string, string> _values = arguments
        .Select(argument => argument.Split('=', 2))
        .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "true");

    public string? Optional(string name) => _values.GetValueOrDefault(name);

    public string Required(string name) => Optional(name) ?? throw new ArgumentException($"The argument {name}=… is missing.");

    public int Number(string name, int otherwise) =>
        Optional(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    public bool Flag(string name) => Optional(name) == "true";
}
