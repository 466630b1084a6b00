using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Prints the body of <c>WriteProperties</c>. Each property is read exactly once.</summary>
internal sealed class PropertiesEmitter(SourceWriter writer, string eventType)
{
    /// <summary>Past some 60 writes in one method the JIT inlines nothing more, so a long body is split.</summary>
    private const int MaxWritesInMethod = 40;

    private readonly EnumHelpers _enums = new();

    public void Emit(EquatableArray<PropertyModel> properties)
    {
        List<List<PropertyModel>> parts = Split(properties);
        if (parts.Count == 1)
        {
            EmitAll(parts[0]);
        }
        else
        {
            EmitParts(parts);
        }

        _enums.Emit(writer);
    }

    private static List<List<PropertyModel>> Split(EquatableArray<PropertyModel> properties)
    {
        var parts = new List<List<PropertyModel>> { new() };
        int writes = 0;
        foreach (PropertyModel property in properties)
        {
            // The start, an element and the end of a list are one write each.
            int needed = property.Value is ListModel ? 3 : 1;
            if (writes + needed > MaxWritesInMethod)
            {
                parts.Add([]);
                writes = 0;
            }

            parts[parts.Count - 1].Add(property);
            writes += needed;
        }

        return parts;
    }

    private void EmitParts(List<List<PropertyModel>> parts)
    {
        for (int i = 1; i <= parts.Count; i++)
        {
            writer.Line($"WritePart{i}(ref writer, in value);");
        }

        for (int i = 1; i <= parts.Count; i++)
        {
            writer.Line();
            writer.Open($"static void WritePart{i}(ref global::TypedEvents.EventWriter writer, in {eventType} value)");
            EmitAll(parts[i - 1]);
            writer.Close();
        }
    }

    private void EmitAll(List<PropertyModel> properties)
    {
        foreach (PropertyModel property in properties)
        {
            switch (property.Value)
            {
                case ScalarModel scalar:
                    EmitScalar(property, scalar);
                    break;
                case EnumValueModel enumValue:
                    EmitEnum(property, enumValue);
                    break;
                case ListModel list:
                    EmitList(property, list);
                    break;
            }
        }
    }

    private void EmitScalar(PropertyModel property, ScalarModel scalar)
    {
        if (scalar.IsNullableStruct)
        {
            // if (value.Seats is { } seats)
            string local = LocalOf(property);
            writer.Open($"if ({Read(property)} is {{ }} {local})");
            writer.Line(WriteOf(property, scalar.Form, local));
            writer.Close();
        }
        else
        {
            writer.Line(WriteOf(property, scalar.Form, Read(property)));
        }
    }

    private static string WriteOf(PropertyModel property, ScalarForm form, string value)
    {
        string arguments = form switch
        {
            ScalarForm.AsInt32 => $"(int){value}",
            ScalarForm.AsInt64 => $"(long){value}",
            ScalarForm.AsUInt64 => $"(ulong){value}",
            ScalarForm.BooleanLiteral => $"{value}, global::TypedEvents.BooleanFormat.Literal",
            ScalarForm.UnixMilliseconds => $"{value}, global::TypedEvents.DateFormat.UnixMilliseconds",
            ScalarForm.DateAndTime => $"{value}, global::TypedEvents.DateFormat.DateAndTime",
            _ => value,
        };
        return $"writer.Write({Literal.OfName(property.WireName)}, {arguments});";
    }

    private void EmitEnum(PropertyModel property, EnumValueModel value)
    {
        string helper = _enums.PropertyHelperOf(value.Enum);
        if (value.IsNullableStruct)
        {
            string local = LocalOf(property);
            writer.Open($"if ({Read(property)} is {{ }} {local})");
            writer.Line(Call(local));
            writer.Close();
        }
        else
        {
            writer.Line(Call(Read(property)));
        }

        // WritePlan(ref writer, ",\"plan\":"u8, (long)value.Plan);
        string Call(string read) =>
            $"{helper}(ref writer, {Literal.OfName(property.WireName)}, ({EnumHelpers.NumberType(value.Enum)}){read});";
    }

    private void EmitList(PropertyModel property, ListModel list)
    {
        string local = LocalOf(property);
        string pattern = list.Source switch
        {
            ListSource.ImmutableArray => "{ IsDefault: false }",
            ListSource.ArraySegment => "{ Array: not null }",
            _ => "{ }",
        };
        string source = list.Source == ListSource.Interface
            ? $"(global::System.Collections.Generic.IEnumerable<{ItemType(list)}>){local}"
            : local;

        writer.Open($"if ({Read(property)} is {pattern} {local})");
        writer.Line($"writer.WriteListStart({Literal.OfName(property.WireName)});");
        writer.Open($"foreach ({ItemType(list)} item in {source})");
        EmitElement(list);
        writer.Close();
        writer.Line("writer.WriteListEnd();");
        writer.Close();
    }

    private void EmitElement(ListModel list)
    {
        if (list.HasNullableStructs)
        {
            writer.Open("if (item is { } element)");
            writer.Line(WriteOf("element"));
            writer.Close();
        }
        else
        {
            writer.Line(WriteOf("item"));
        }

        string WriteOf(string element) => list.ElementEnum is { } elementEnum
            ? $"{_enums.ElementHelperOf(elementEnum)}(ref writer, ({EnumHelpers.NumberType(elementEnum)}){element});"
            : $"writer.WriteElement({element});";
    }

    private static string ItemType(ListModel list) => list.HasNullableStructs ? list.ElementType + "?" : list.ElementType;

    private static string Read(PropertyModel property) => "value." + Identifier.Escape(property.Name);

    private static string LocalOf(PropertyModel property)
    {
        string name = NamingPolicy.CamelCase(property.Name);
        return name is "writer" or "value" or "item" or "element" ? name + "Value" : Identifier.Escape(name);
    }
}
