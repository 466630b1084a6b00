using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TypedEvents.Cli;

/// <summary>
/// Reads the contracts that the generator leaves in an assembly: string constants named <see cref="ConstantName"/> of types in
/// <see cref="ContractNamespace"/>. The assembly isn't loaded, and nothing of it runs.
/// </summary>
internal static class ContractReader
{
    /// <summary>The reserved namespace of the types that hold contracts.</summary>
    public const string ContractNamespace = "TypedEvents.Generated.Plan";

    /// <summary>The name of the constants.</summary>
    public const string ConstantName = "Contract";

    /// <summary>The contracts of an assembly, sorted by event.</summary>
    public static IReadOnlyList<KeyValuePair<string, PlanEvent>> Read(AssemblyFile assembly)
    {
        MetadataReader metadata = assembly.Metadata;
        List<KeyValuePair<string, PlanEvent>> events = [];
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            if (metadata.StringComparer.Equals(type.Namespace, ContractNamespace))
            {
                events.AddRange(ContractsOf(type, assembly));
            }
        }

        events.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        return events;
    }

    private static IEnumerable<KeyValuePair<string, PlanEvent>> ContractsOf(TypeDefinition type, AssemblyFile assembly)
    {
        MetadataReader metadata = assembly.Metadata;
        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            FieldDefinition field = metadata.GetFieldDefinition(handle);
            if (metadata.StringComparer.Equals(field.Name, ConstantName) && !field.GetDefaultValue().IsNil)
            {
                Constant constant = metadata.GetConstant(field.GetDefaultValue());
                if (constant.TypeCode == ConstantTypeCode.String)
                {
                    BlobReader value = metadata.GetBlobReader(constant.Value);
                    yield return PlanReader.ParseContract(value.ReadUTF16(value.Length), assembly.Name, assembly.Path);
                }
            }
        }
    }
}

/// <summary>An assembly on the disk that is open for reading its metadata.</summary>
internal sealed class AssemblyFile : IDisposable
{
    private readonly PEReader _image;
    private readonly Lazy<MetadataReaderProvider?> _symbols;

    private AssemblyFile(string path, PEReader image, MetadataReader metadata)
    {
        Path = path;
        _image = image;
        Metadata = metadata;
        Name = metadata.GetString(metadata.GetAssemblyDefinition().Name);
        _symbols = new Lazy<MetadataReaderProvider?>(OpenSymbols);
    }

    public string Path { get; }

    /// <summary>The assembly's simple name.</summary>
    public string Name { get; }

    public MetadataReader Metadata { get; }

    public PEReader Image => _image;

    /// <summary>The portable PDB, beside the assembly or within it; <see langword="null"/> where there is none.</summary>
    public MetadataReader? Symbols => _symbols.Value?.GetMetadataReader();

    /// <summary>The simple names of the assemblies that it references.</summary>
    public IEnumerable<string> References =>
        Metadata.AssemblyReferences.Select(handle => Metadata.GetString(Metadata.GetAssemblyReference(handle).Name));

    /// <summary>Opens an assembly.</summary>
    /// <exception cref="ToolException">There is no such file, it can't be read, or it isn't a .NET assembly.</exception>
    public static AssemblyFile Open(string path) => TryOpen(path, out string? reason)
        ?? throw new ToolException(reason!);

    /// <summary>Opens an assembly, or says why it can't.</summary>
    public static AssemblyFile? TryOpen(string path, out string? reason)
    {
        PEReader? image = null;
        reason = null;
        try
        {
            image = new PEReader(new MemoryStream(File.ReadAllBytes(path), writable: false));
            if (image.HasMetadata && image.GetMetadataReader() is { IsAssembly: true } metadata)
            {
                return new AssemblyFile(path, image, metadata);
            }

            reason = $"'{path}' isn't a .NET assembly.";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = $"There is no file '{path}'.";
        }
        catch (BadImageFormatException)
        {
            reason = $"'{path}' isn't a .NET assembly.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = $"'{path}' can't be read: {exception.Message}";
        }

        image?.Dispose();
        return null;
    }

    public void Dispose()
    {
        if (_symbols is { IsValueCreated: true, Value: { } symbols })
        {
            symbols.Dispose();
        }

        _image.Dispose();
    }

    private MetadataReaderProvider? OpenSymbols()
    {
        try
        {
            return _image.TryOpenAssociatedPortablePdb(
                Path,
                file => File.Exists(file) ? new MemoryStream(File.ReadAllBytes(file), writable: false) : null,
                out MetadataReaderProvider? provider,
                out _)
                ? provider
                : null;
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            // A damaged PDB costs the lines, not the plan.
            return null;
        }
    }
}
