using System.Reflection.Metadata;

namespace TypedEvents.Cli;

/// <summary>Finds the lines of records and their properties in the portable PDB. Only code has lines there, so a record's line is its constructor's.</summary>
internal static class SourceLines
{
    /// <summary>Adds the lines of an assembly's events, as far as its PDB has them.</summary>
    public static void Add(AssemblyFile assembly, IEnumerable<KeyValuePair<string, PlanEvent>> events, PlanLocations locations)
    {
        if (assembly.Symbols is null)
        {
            return;
        }

        Dictionary<string, TypeDefinitionHandle> types = TypesOf(assembly.Metadata);
        foreach ((string eventName, PlanEvent declared) in events)
        {
            if (declared.Type is null || !types.TryGetValue(declared.Type, out TypeDefinitionHandle type))
            {
                continue;
            }

            if (FindRecord(assembly, type) is { } record)
            {
                locations.Add(eventName, null, record);
            }

            foreach ((string name, PlanProperty property) in declared.Properties)
            {
                if (property.Member is { } member && !member.Contains('.', StringComparison.Ordinal) && FindProperty(assembly, type, member) is { } line)
                {
                    locations.Add(eventName, name, line);
                }
            }
        }
    }

    /// <summary>The first line of a method that the user wrote, or <see langword="null"/>.</summary>
    public static SourceLocation? Find(AssemblyFile assembly, MethodDefinitionHandle method, int offset = int.MaxValue)
    {
        if (assembly.Symbols is not { } symbols)
        {
            return null;
        }

        MethodDebugInformation information = symbols.GetMethodDebugInformation(method.ToDebugInformationHandle());
        if (information.SequencePointsBlob.IsNil)
        {
            return null;
        }

        SequencePoint? found = null;
        foreach (SequencePoint point in information.GetSequencePoints())
        {
            if (point.IsHidden)
            {
                continue;
            }

            if (found is not null && (offset == int.MaxValue || point.Offset > offset))
            {
                break;
            }

            found = point;
        }

        return found is { } line
            ? new SourceLocation(symbols.GetString(symbols.GetDocument(line.Document).Name), line.StartLine, line.StartColumn)
            : null;
    }

    /// <summary>The types of an assembly by their full names, as reflection writes them.</summary>
    public static Dictionary<string, TypeDefinitionHandle> TypesOf(MetadataReader metadata)
    {
        Dictionary<string, TypeDefinitionHandle> types = new(metadata.TypeDefinitions.Count);
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            types[FullName(metadata, handle)] = handle;
        }

        return types;
    }

    public static string FullName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        return !type.GetDeclaringType().IsNil ? $"{FullName(metadata, type.GetDeclaringType())}+{name}"
            : type.Namespace.IsNil ? name
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private static SourceLocation? FindRecord(AssemblyFile assembly, TypeDefinitionHandle handle)
    {
        MetadataReader metadata = assembly.Metadata;
        SourceLocation? first = null;
        foreach (MethodDefinitionHandle method in metadata.GetTypeDefinition(handle).GetMethods())
        {
            if (Find(assembly, method) is { } line && !IsGenerated(line.File))
            {
                if (metadata.StringComparer.Equals(metadata.GetMethodDefinition(method).Name, ".ctor"))
                {
                    return line;
                }

                first ??= line;
            }
        }

        return first;
    }

    private static SourceLocation? FindProperty(AssemblyFile assembly, TypeDefinitionHandle handle, string name)
    {
        MetadataReader metadata = assembly.Metadata;
        for (TypeDefinitionHandle declaring = handle; !declaring.IsNil; declaring = BaseOf(metadata, declaring))
        {
            foreach (PropertyDefinitionHandle property in metadata.GetTypeDefinition(declaring).GetProperties())
            {
                PropertyDefinition definition = metadata.GetPropertyDefinition(property);
                if (metadata.StringComparer.Equals(definition.Name, name) && definition.GetAccessors().Getter is { IsNil: false } getter)
                {
                    return Find(assembly, getter);
                }
            }
        }

        return null;
    }

    private static TypeDefinitionHandle BaseOf(MetadataReader metadata, TypeDefinitionHandle type) =>
        metadata.GetTypeDefinition(type).BaseType is { Kind: HandleKind.TypeDefinition } baseType ? (TypeDefinitionHandle)baseType : default;

    private static bool IsGenerated(string file) => file.EndsWith(".g.cs", StringComparison.Ordinal);
}
