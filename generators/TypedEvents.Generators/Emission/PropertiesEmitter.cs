using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Prints the body of <c>WriteProperties</c>. Each property is read exactly once.</summary>
/// <remarks>
/// The properties are written by a local copy of the parameter, whose place stays in a register, and which becomes the parameter at the end. Its
/// address is never taken: what is passed by reference, or isn't inlined, is the parameter, which is the writer's copy for that time.
/// </remarks>
internal sealed class PropertiesEmitter(SourceWriter writer, string eventType, ValidationEmitter rules)
{
    private const string FromParameter = "w = writer;";
    private const string ToParameter = "writer = w;";

    private readonly WriteParts _parts = new();

    /// <summary>The locals of the method that is being printed: one that an if declares is in scope after it, too.</summary>
    private readonly HashSet<string> _locals = [];

    public void Emit(EquatableArray<PropertyModel> properties)
    {
        EmitMethodBody(properties, eventType);
        while (_parts.TryTakeNext(out int number, out string type, out IReadOnlyList<PropertyModel> part))
        {
            _locals.Clear();
            writer.Line();
            writer.Open($"static void WritePart{number}(ref global::TypedEvents.EventWriter writer, in {type} value)");
            EmitWrites(part, type);
            writer.Close();
        }

        rules.EmitHelpers(writer);
    }

    /// <summary>Prints all writes of an event, or calls of local functions where they are too many for one method.</summary>
    private void EmitMethodBody(EquatableArray<PropertyModel> properties, string type)
    {
        List<List<PropertyModel>> parts = _parts.Split(properties);
        if (parts.Count == 1)
        {
            EmitWrites(parts[0], type);
        }
        else
        {
            EmitCalls(parts, Source.Parameter(type));
        }
    }

    /// <summary>Prints the same for a record that is flattened.</summary>
    private void EmitFlattened(EquatableArray<PropertyModel> properties, Source source)
    {
        List<List<PropertyModel>> parts = _parts.Split(properties);
        if (parts.Count == 1)
        {
            EmitAll(parts[0], source);
        }
        else
        {
            writer.Line(ToParameter);
            EmitCalls(parts, source);
            writer.Line(FromParameter);
        }
    }

    private void EmitCalls(List<List<PropertyModel>> parts, Source source)
    {
        foreach (List<PropertyModel> part in parts)
        {
            writer.Line($"WritePart{_parts.Add(source.Type, part)}(ref writer, in {source.Name});");
        }
    }

    /// <summary>Prints the writes of a method of its own.</summary>
    private void EmitWrites(IReadOnlyList<PropertyModel> properties, string type)
    {
        if (properties.Count > 0)
        {
            writer.Line("global::TypedEvents.EventWriter " + FromParameter);
            EmitAll(properties, Source.Parameter(type));
            writer.Line(ToParameter);
        }
    }

    private void EmitAll(IReadOnlyList<PropertyModel> properties, Source source)
    {
        foreach (PropertyModel property in properties)
        {
            Emit(property, source);
        }
    }

    private void Emit(PropertyModel property, Source source)
    {
        switch (property.Value)
        {
            case ScalarModel scalar:
                // w.WriteInt32(",\"seats\":"u8, value.Seats);
                EmitValue(property, source, scalar.IsNullableStruct, $"w.{scalar.Writer}(", CastOf(scalar.Form), FormatOf(scalar.Form));
                break;
            case EnumValueModel { Enum: { IsFlags: true } type } enumValue:
                writer.Line(ToParameter);
                EmitValue(property, source, enumValue.IsNullableStruct, EnumEmitter.ClassOf(type) + ".Write(ref writer, ", EnumEmitter.CastOf(type));
                writer.Line(FromParameter);
                break;
            case EnumValueModel { Enum: { } type } enumValue:
                // global::TypedEvents.Generated.Plan_5f3a….Write(ref w, ",\"plan\":"u8, (long)value.Plan);
                EmitValue(property, source, enumValue.IsNullableStruct, EnumEmitter.ClassOf(type) + ".Write(ref w, ", EnumEmitter.CastOf(type));
                break;
            case ListModel { Source: ListSource.Strings }:
                // w.WriteStrings(",\"tags\":"u8, value.Tags);
                EmitValue(property, source, isNullableStruct: false, "w.WriteStrings(", cast: "");
                break;
            case ListModel list:
                EmitList(property, source, list);
                break;
            case FlattenedModel { Properties.Count: > 0 } flattened:
                // if (value.Address is { } address)
                string local = TakeLocal(property, source);
                writer.Open($"if ({source.Read(property)} is {{ }} {Identifier.Escape(local)})");
                EmitFlattened(flattened.Properties, new Source(flattened.Type, local));
                writer.Close();
                break;
        }
    }

    private void EmitValue(PropertyModel property, Source source, bool isNullableStruct, string call, string cast, string format = "")
    {
        if (isNullableStruct || property.Rules.Count > 0)
        {
            // if (value.Seats is { } seats)
            string local = Identifier.Escape(TakeLocal(property, source));
            OpenIf(property, source, "{ }", local);
            writer.Line($"{call}{Literal.OfName(property.WireName)}, {cast}{local}{format});");
            writer.Close();
        }
        else
        {
            writer.Line($"{call}{Literal.OfName(property.WireName)}, {cast}{source.Name}.{Identifier.Escape(property.Name)}{format});");
        }
    }

    private string TakeLocal(PropertyModel property, Source source) => TakeLocal(source.LocalOf(property));

    private string TakeLocal(string local)
    {
        while (!_locals.Add(local))
        {
            local += "_";
        }

        return local;
    }

    private void OpenIf(PropertyModel property, Source source, string pattern, string local)
    {
        string condition = $"if ({source.Read(property)} is {pattern} {local}";
        if (property.Rules.Count == 0)
        {
            writer.Open(condition + ")");
            return;
        }

        writer.Line(condition);
        writer.Indent();
        rules.EmitCondition(writer, property, local, TakeLocal);
        writer.Unindent();
        writer.Open();
    }

    private static string CastOf(ScalarForm form) => form switch
    {
        ScalarForm.AsInt32 => "(int)",
        ScalarForm.AsInt64 => "(long)",
        ScalarForm.AsUInt64 => "(ulong)",
        _ => "",
    };

    private static string FormatOf(ScalarForm form) => form switch
    {
        ScalarForm.BooleanLiteral => ", global::TypedEvents.BooleanFormat.Literal",
        ScalarForm.UnixMilliseconds => ", global::TypedEvents.DateFormat.UnixMilliseconds",
        ScalarForm.DateAndTime => ", global::TypedEvents.DateFormat.DateAndTime",
        _ => "",
    };

    private void EmitList(PropertyModel property, Source source, ListModel list)
    {
        string local = Identifier.Escape(TakeLocal(property, source));
        string pattern = list.Source switch
        {
            ListSource.ImmutableArray => "{ IsDefault: false }",
            ListSource.ArraySegment => "{ Array: not null }",
            _ => "{ }",
        };
        string items = list.Source == ListSource.Interface
            ? $"(global::System.Collections.Generic.IEnumerable<{ItemType(list)}>){local}"
            : local;

        OpenIf(property, source, pattern, local);
        writer.Line(ToParameter);
        writer.Line($"writer.WriteListStart({Literal.OfName(property.WireName)});");
        writer.Open($"foreach ({ItemType(list)} item in {items})");
        writer.Open("if (!writer.TryBeginElement())");
        writer.Line("break;");
        writer.Close();
        EmitElement(list);
        writer.Close();
        writer.Line("writer.WriteListEnd();");
        writer.Line(FromParameter);
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
            ? $"{EnumEmitter.ClassOf(elementEnum)}.WriteElement(ref writer, {EnumEmitter.CastOf(elementEnum)}{element});"
            : $"writer.WriteElement({element});";
    }

    private static string ItemType(ListModel list) => list.HasNullableStructs ? list.ElementType + "?" : list.ElementType;

    /// <summary>The source of property values: the parameter <c>value</c>, or a local that holds a flattened record.</summary>
    private readonly record struct Source(string Type, string Local)
    {
        private const string ParameterName = "value";

        public string Name => Identifier.Escape(Local);

        public static Source Parameter(string type) => new(type, ParameterName);

        public string Read(PropertyModel property) => Name + "." + Identifier.Escape(property.Name);

        /// <summary>
        /// The local for a property's value, not escaped. Within a flattened record it begins with that record's own, since an inner
        /// local may not be called as an outer one is: <c>address</c>, <c>addressCountry</c>.
        /// </summary>
        public string LocalOf(PropertyModel property)
        {
            if (Local != ParameterName)
            {
                return Local + char.ToUpperInvariant(property.Name[0]) + property.Name.Substring(1);
            }

            string name = NamingPolicy.CamelCase(property.Name);
            return name is "writer" or "w" or "value" or "item" or "element" ? name + "Value" : name;
        }
    }
}
