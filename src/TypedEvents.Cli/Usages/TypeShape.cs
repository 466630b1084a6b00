using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace TypedEvents.Cli;

/// <summary>A type in a signature, as far as usages need to know it.</summary>
internal abstract record TypeShape
{
    public static readonly TypeShape Other = new OtherShape();
}

/// <summary>A type by its assembly and name, with its arguments if it is generic.</summary>
internal sealed record NamedShape(string Key, ImmutableArray<TypeShape> Arguments) : TypeShape;

/// <summary>A type parameter of the method.</summary>
internal sealed record MethodParameterShape(int Index) : TypeShape;

/// <summary>A type parameter of the type.</summary>
internal sealed record TypeParameterShape(int Index) : TypeShape;

/// <summary>Any other type.</summary>
internal sealed record OtherShape : TypeShape;

/// <summary>Reads types from metadata. A type's key is <c>[assembly]Namespace.Outer+Inner</c>.</summary>
internal sealed class TypeShapes(AssemblyFile assembly) : ISignatureTypeProvider<TypeShape, object?>
{
    private readonly Dictionary<EntityHandle, string> _keys = [];

    private MetadataReader Metadata => assembly.Metadata;

    public TypeShape Read(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeDefinition or HandleKind.TypeReference => new NamedShape(KeyOf(handle), []),
        HandleKind.TypeSpecification => Metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        _ => TypeShape.Other,
    };

    public string KeyOf(EntityHandle handle)
    {
        if (!_keys.TryGetValue(handle, out string? key))
        {
            _keys[handle] = key = handle.Kind == HandleKind.TypeDefinition
                ? $"[{assembly.Name}]{SourceLines.FullName(Metadata, (TypeDefinitionHandle)handle)}"
                : KeyOf(Metadata.GetTypeReference((TypeReferenceHandle)handle));
        }

        return key;
    }

    private string KeyOf(TypeReference type)
    {
        string name = Metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return $"{KeyOf(type.ResolutionScope)}+{name}";
        }

        string scope = type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? Metadata.GetString(Metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
            : assembly.Name;
        return type.Namespace.IsNil ? $"[{scope}]{name}" : $"[{scope}]{Metadata.GetString(type.Namespace)}.{name}";
    }

    public TypeShape GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Read(handle);

    public TypeShape GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Read(handle);

    public TypeShape GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => Read(handle);

    public TypeShape GetGenericInstantiation(TypeShape genericType, ImmutableArray<TypeShape> typeArguments) =>
        genericType is NamedShape named ? named with { Arguments = typeArguments } : TypeShape.Other;

    public TypeShape GetGenericMethodParameter(object? genericContext, int index) => new MethodParameterShape(index);

    public TypeShape GetGenericTypeParameter(object? genericContext, int index) => new TypeParameterShape(index);

    public TypeShape GetModifiedType(TypeShape modifier, TypeShape unmodifiedType, bool isRequired) => unmodifiedType;

    public TypeShape GetByReferenceType(TypeShape elementType) => elementType;

    public TypeShape GetPinnedType(TypeShape elementType) => elementType;

    public TypeShape GetArrayType(TypeShape elementType, ArrayShape shape) => TypeShape.Other;

    public TypeShape GetFunctionPointerType(MethodSignature<TypeShape> signature) => TypeShape.Other;

    public TypeShape GetPointerType(TypeShape elementType) => TypeShape.Other;

    public TypeShape GetPrimitiveType(PrimitiveTypeCode typeCode) => TypeShape.Other;

    public TypeShape GetSZArrayType(TypeShape elementType) => TypeShape.Other;
}
