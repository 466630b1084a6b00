using System.Text.RegularExpressions;

namespace TypedEvents.Cli;

/// <summary>The name of a method as a developer knows it: that of the async method, not of the state machine that the compiler makes of it.</summary>
internal static partial class MemberNames
{
    /// <param name="typeName">The type's full name, as reflection writes it.</param>
    /// <param name="methodName">The method's name in the metadata.</param>
    public static string Of(string typeName, string methodName)
    {
        string[] types = typeName[(typeName.LastIndexOf('.') + 1)..].Split('+');
        string? member = null;
        List<string> path = [];
        foreach (string type in types)
        {
            Match origin = Origin().Match(type);
            if (origin.Success && origin.Groups["member"].Value.Length > 0)
            {
                member = Source(origin);
            }
            else if (!type.StartsWith('<'))
            {
                path.Add(WithoutArity(type));
            }
        }

        Match method = Origin().Match(methodName);
        if (method.Success && method.Groups["member"].Value.Length > 0)
        {
            string source = Source(method);
            member = member is null || source.Contains('.', StringComparison.Ordinal) ? source : member;
        }

        member ??= methodName;
        return member switch
        {
            "<Main>$" or "Main$" => "Program",
            ".ctor" or ".cctor" => $"{string.Join('.', path)}.{path.LastOrDefault()}",
            _ => $"{string.Join('.', path)}.{Accessor().Replace(member, "")}",
        };
    }

    private static string Source(Match match) => match.Groups["local"] is { Success: true } local
        ? $"{match.Groups["member"].Value}.{local.Value}"
        : match.Groups["member"].Value is "<Main>$" ? "Main$" : match.Groups["member"].Value;

    private static string WithoutArity(string name) => name.IndexOf('`', StringComparison.Ordinal) is >= 0 and int tick ? name[..tick] : name;

    /// <summary><c>&lt;Start&gt;d__3</c>, <c>&lt;Start&gt;b__0_1</c>, <c>&lt;Start&gt;g__Local|0_0</c>, and nested ones.</summary>
    [GeneratedRegex(@"^<+(?<member>[^<>|]*)>(?:g__(?<local>[A-Za-z_]\w*)\|)?")]
    private static partial Regex Origin();

    [GeneratedRegex("^(get|set|add|remove)_")]
    private static partial Regex Accessor();
}
