using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>
/// The local functions that write enums. They switch over numbers and mention no member, so that obsolete members stay
/// silent and renamed ones can't break anything.
/// </summary>
internal sealed class EnumHelpers
{
    private readonly Dictionary<(EnumModel Enum, bool IsElement), string> _names = [];
    private readonly HashSet<string> _taken = [];

    /// <summary>The type that holds any value of the enum.</summary>
    public static string NumberType(EnumModel model) => model.IsUnsigned ? "ulong" : "long";

    /// <summary>The cast to that type.</summary>
    public static string CastOf(EnumModel model) => model.IsUnsigned ? "(ulong)" : "(long)";

    /// <summary>The function that writes a property; of a <c>[Flags]</c> enum it writes the list.</summary>
    public string PropertyHelperOf(EnumModel model) => HelperOf(model, isElement: false);

    /// <summary>The function that writes an element of a list.</summary>
    public string ElementHelperOf(EnumModel model) => HelperOf(model, isElement: true);

    /// <summary>Prints the functions that properties use.</summary>
    public void Emit(SourceWriter writer)
    {
        foreach (KeyValuePair<(EnumModel Enum, bool IsElement), string> helper in _names)
        {
            writer.Line();
            (EnumModel model, bool isElement) = helper.Key;
            if (model.IsFlags)
            {
                EmitFlags(writer, model, helper.Value);
            }
            else
            {
                EmitSwitch(writer, model, isElement, helper.Value);
            }
        }
    }

    private string HelperOf(EnumModel model, bool isElement)
    {
        if (_names.TryGetValue((model, isElement), out string? name))
        {
            return name;
        }

        string wanted = "Write" + model.Name + (isElement ? "Element" : "");
        name = wanted;
        for (int i = 2; !_taken.Add(name); i++)
        {
            name = wanted + "_" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        _names.Add((model, isElement), name);
        return name;
    }

    private static void EmitSwitch(SourceWriter writer, EnumModel model, bool isElement, string helper)
    {
        string name = isElement ? "" : "global::System.ReadOnlySpan<byte> name, ";
        string member = model.Members.Count == 0 ? "default" : "Member(value)";
        string call = isElement ? $"writer.WriteEnumElement({member}, value)" : $"writer.WriteEnum(name, {member}, value)";

        // Inlined, so that the property's name is known where it is copied; the switch is not.
        writer.Line("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]");
        writer.Open($"static void {helper}(ref global::TypedEvents.EventWriter writer, {name}{NumberType(model)} value)");
        writer.Line($"{call};");
        if (model.Members.Count > 0)
        {
            writer.Line();
            EmitMember(writer, model);
        }

        writer.Close();
    }

    /// <summary>Prints the function that returns a member's name as JSON, and an empty span for a number that isn't a member.</summary>
    private static void EmitMember(SourceWriter writer, EnumModel model)
    {
        string head = $"static global::System.ReadOnlySpan<byte> Member({NumberType(model)} value)";
        if (model.Members.Count <= ConstantSearch.MaxCases)
        {
            writer.Open($"{head} => value switch");
            EmitCases(writer, model, model.Members);
            writer.Close(";");
            return;
        }

        EnumMember[] sorted = [.. model.IsUnsigned
            ? model.Members.OrderBy(member => unchecked((ulong)member.Value))
            : model.Members.OrderBy(member => member.Value)];
        writer.Open(head);
        ConstantSearch.Emit(writer, sorted.Length, index => $"value < {NumberOf(model, sorted[index].Value)}", (first, count) =>
        {
            writer.Open("return value switch");
            EmitCases(writer, model, sorted.Skip(first).Take(count));
            writer.Close(";");
        });
        writer.Close();
    }

    private static void EmitCases(SourceWriter writer, EnumModel model, IEnumerable<EnumMember> members)
    {
        foreach (EnumMember one in members)
        {
            writer.Line($"{NumberOf(model, one.Value)} => {Literal.OfJson(one.WireName)},");
        }

        writer.Line("_ => default,");
    }

    private static void EmitFlags(SourceWriter writer, EnumModel model, string helper)
    {
        string parameters = $"ref global::TypedEvents.EventWriter writer, global::System.ReadOnlySpan<byte> name, {NumberType(model)} value";
        writer.Open($"static void {helper}({parameters})");
        writer.Line("writer.WriteListStart(name);");
        long known = 0;
        foreach (EnumMember member in model.Members)
        {
            string number = NumberOf(model, member.Value);
            writer.Open($"if ((value & {number}) != 0)");
            writer.Line($"writer.WriteEnumElement({Literal.OfJson(member.WireName)}, {number});");
            writer.Close();
            known |= member.Value;
        }

        if (known != 0)
        {
            writer.Line($"value &= ~({NumberOf(model, known)});");
        }

        writer.Open("if (value != 0)");
        writer.Line("writer.WriteEnumElement(default, value);");
        writer.Close();
        writer.Line("writer.WriteListEnd();");
        writer.Close();
    }

    private static string NumberOf(EnumModel model, long value) =>
        model.IsUnsigned ? Literal.Of(unchecked((ulong)value)) : Literal.Of(value);
}
