using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace TypedEvents.Cli;

/// <summary>
/// Finds who tracks events, from the IL of assemblies: by the tracker's generic methods, by the generated ones, and through generic methods
/// and types of the application that pass their type parameter on to either.
/// </summary>
/// <remarks>
/// A type parameter is <em>tracking</em> if something tracks an event of that type. That holds for the parameter of the tracker's
/// <c>Track</c>, and for each parameter that is an argument for a tracking one, until none is added. An argument for a tracking parameter that is an event
/// is a usage. Async methods and lambdas are methods of generic types that the compiler makes, so they need nothing of their own.
/// </remarks>
internal sealed class UsageScanner
{
    private const string Library = "TypedEvents";

    private static readonly string[] TestFrameworks =
        ["xunit.core", "xunit.v3.core", "nunit.framework", "Microsoft.VisualStudio.TestPlatform.TestFramework", "MSTest.TestFramework", "TUnit.Core"];

    private readonly Dictionary<string, (string Event, PlanEvent Plan)> _events;
    private readonly HashSet<(string Owner, int Index)> _tracking = [];
    private readonly List<Argument> _arguments = [];
    private readonly List<(string Method, Place Place)> _calls = [];
    private readonly Dictionary<string, HashSet<string>> _generated = [];
    private readonly List<(string Method, string Declaration)> _overrides = [];
    private readonly HashSet<(string Event, UsageKind Kind, Place Place)> _found = [];
    private readonly List<(string Event, string Member, Place Place)> _setters = [];
    private bool _tracksUnknownEvents;

    private UsageScanner(Dictionary<string, (string Event, PlanEvent Plan)> events) => _events = events;

    /// <summary>Scans assemblies for usages of a plan's events.</summary>
    public static UsageReport Scan(IReadOnlyList<AssemblyFile> assemblies, TrackingPlan plan, CancellationToken cancellationToken)
    {
        Dictionary<string, (string, PlanEvent)> events = [];
        foreach ((string name, PlanEvent declared) in plan.Events.Concat(plan.Duplicates))
        {
            events[$"[{declared.Assembly}]{declared.Type}"] = (name, declared);
        }

        var scanner = new UsageScanner(events);
        foreach (AssemblyFile assembly in assemblies.Where(assembly => !IsLibrary(assembly.Name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            scanner.Read(new AssemblyScan(assembly));
        }

        scanner.Propagate();
        return scanner.Report();
    }

    private static bool IsLibrary(string assembly) => assembly == Library || assembly is "TypedEvents.AspNetCore" or "TypedEvents.Extensions.Hosting" or "TypedEvents.Testing";

    private void Read(AssemblyScan assembly)
    {
        MetadataReader metadata = assembly.File.Metadata;
        foreach (TypeDefinitionHandle type in metadata.TypeDefinitions)
        {
            TypeDefinition definition = metadata.GetTypeDefinition(type);
            bool isGenerated = IsGenerated(metadata, definition);
            string typeKey = assembly.Shapes.KeyOf(type);
            foreach (MethodDefinitionHandle method in definition.GetMethods())
            {
                MethodDefinition body = metadata.GetMethodDefinition(method);
                string methodKey = MethodKey(typeKey, metadata.GetString(body.Name), metadata, body.Signature);
                AddOverrides(assembly, definition, body, methodKey);
                if (body.RelativeVirtualAddress != 0)
                {
                    Read(assembly, typeKey, methodKey, method, body, isGenerated);
                }
            }
        }
    }

    private void Read(AssemblyScan assembly, string typeKey, string methodKey, MethodDefinitionHandle handle, MethodDefinition method, bool isGenerated)
    {
        MetadataReader metadata = assembly.File.Metadata;

        // What an event's record does with itself, such as copying, is no usage.
        bool isOfEvent = _events.ContainsKey(typeKey);
        foreach ((EntityHandle member, int offset) in IlReader.MembersOf(assembly.File.Image.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
        {
            (EntityHandle target, ImmutableArray<TypeShape> methodArguments) = member.Kind == HandleKind.MethodSpecification
                ? (metadata.GetMethodSpecification((MethodSpecificationHandle)member).Method, metadata.GetMethodSpecification((MethodSpecificationHandle)member).DecodeSignature(assembly.Shapes, null))
                : (member, []);
            (TypeShape parent, string name, BlobHandle signature) = Describe(assembly, target);
            if (parent is not NamedShape declaring)
            {
                continue;
            }

            var place = new Place(assembly, handle, offset, typeKey, methodKey, isGenerated);
            bool isMethod = member.Kind != HandleKind.FieldDefinition && IsMethod(metadata, signature);
            for (int index = 0; index < declaring.Arguments.Length; index++)
            {
                _arguments.Add(new Argument(declaring.Key, index, declaring.Arguments[index], place));
            }

            if (!isMethod)
            {
                continue;
            }

            string targetKey = MethodKey(declaring.Key, name, metadata, signature);
            for (int index = 0; index < methodArguments.Length; index++)
            {
                _arguments.Add(new Argument(targetKey, index, methodArguments[index], place));
                AddArgumentsWithin(methodArguments[index], place);
            }

            if (IsTrackerMethod(declaring.Key, name))
            {
                if (methodArguments.Length == 1)
                {
                    _tracking.Add((targetKey, 0));
                }
                else
                {
                    _tracksUnknownEvents = true;
                }
            }

            _calls.Add((targetKey, place));
            if (!isOfEvent && !isGenerated && _events.TryGetValue(declaring.Key, out (string Event, PlanEvent Plan) made))
            {
                if (name == ".ctor")
                {
                    _found.Add((made.Event, UsageKind.Creates, place));
                }
                else if (name.StartsWith("set_", StringComparison.Ordinal))
                {
                    _setters.Add((made.Event, name["set_".Length..], place));
                }
            }
        }
    }

    /// <summary>A state machine is only an argument of the builder that starts it.</summary>
    private void AddArgumentsWithin(TypeShape shape, Place place)
    {
        if (shape is NamedShape { Arguments.Length: > 0 } named)
        {
            for (int index = 0; index < named.Arguments.Length; index++)
            {
                _arguments.Add(new Argument(named.Key, index, named.Arguments[index], place));
            }
        }
    }

    private void Propagate()
    {
        bool isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            foreach ((string method, string declaration) in _overrides)
            {
                foreach ((string owner, int index) in _tracking.Where(parameter => parameter.Owner == method).ToArray())
                {
                    isChanged |= _tracking.Add((declaration, index));
                }
            }

            foreach (Argument argument in _arguments)
            {
                if (!_tracking.Contains((argument.Owner, argument.Index)))
                {
                    continue;
                }

                isChanged |= argument.Type switch
                {
                    MethodParameterShape parameter => _tracking.Add((argument.Place.Method, parameter.Index)),
                    TypeParameterShape parameter => _tracking.Add((argument.Place.Type, parameter.Index)),
                    NamedShape named when _events.TryGetValue(named.Key, out (string Event, PlanEvent Plan) tracked) => AddUsage(tracked.Event, argument.Place),
                    _ => false,
                };
            }

            foreach ((string method, Place place) in _calls)
            {
                if (_generated.TryGetValue(method, out HashSet<string>? events))
                {
                    foreach (string eventName in events.ToArray())
                    {
                        isChanged |= AddUsage(eventName, place);
                    }
                }
            }
        }
    }

    /// <summary>Within generated code it isn't a usage yet: its callers are.</summary>
    private bool AddUsage(string eventName, Place place)
    {
        if (!place.IsGenerated)
        {
            return _found.Add((eventName, UsageKind.Tracks, place));
        }

        if (!_generated.TryGetValue(place.Method, out HashSet<string>? events))
        {
            _generated[place.Method] = events = [];
        }

        return events.Add(eventName);
    }

    private UsageReport Report()
    {
        HashSet<(string, string)> tracking = [.. _found.Where(found => found.Kind == UsageKind.Tracks).Select(found => (found.Event, found.Place.Method))];
        IEnumerable<Usage> usages = _found
            .Where(found => found.Kind == UsageKind.Tracks || !tracking.Contains((found.Event, found.Place.Method)))
            .Select(found => ToUsage(found.Event, found.Kind, found.Place))
            .Distinct()
            .OrderBy(usage => usage.Event, StringComparer.Ordinal)
            .ThenBy(usage => usage.Location?.File, StringComparer.Ordinal)
            .ThenBy(usage => usage.Location?.Line)
            .ThenBy(usage => usage.In, StringComparer.Ordinal);
        return new UsageReport(
            [.. usages],
            [.. _setters.Select(setter => new PropertyUsage(setter.Event, setter.Member, ToUsage(setter.Event, UsageKind.Creates, setter.Place))).Distinct()],
            _tracksUnknownEvents);
    }

    private static Usage ToUsage(string eventName, UsageKind kind, Place place)
    {
        MetadataReader metadata = place.Assembly.File.Metadata;
        MethodDefinition method = metadata.GetMethodDefinition(place.Handle);
        SourceLocation? location = SourceLines.Find(place.Assembly.File, place.Handle, place.Offset);
        return new Usage(
            eventName,
            kind,
            place.Assembly.File.Name,
            place.Assembly.IsTest,
            MemberNames.Of(SourceLines.FullName(metadata, method.GetDeclaringType()), metadata.GetString(method.Name)),
            location is { } line ? line with { Column = 0 } : null);
    }

    /// <summary>The methods of interfaces and base types that a generic method may be called through.</summary>
    private void AddOverrides(AssemblyScan assembly, TypeDefinition type, MethodDefinition method, string methodKey)
    {
        if (method.GetGenericParameters().Count == 0)
        {
            return;
        }

        MetadataReader metadata = assembly.File.Metadata;
        string full = metadata.GetString(method.Name);
        string name = full[(full.LastIndexOf('.') + 1)..];
        IEnumerable<EntityHandle> declarations = type.GetInterfaceImplementations().Select(handle => metadata.GetInterfaceImplementation(handle).Interface);
        foreach (EntityHandle declaration in type.BaseType.IsNil ? declarations : declarations.Append(type.BaseType))
        {
            if (assembly.Shapes.Read(declaration) is NamedShape named)
            {
                _overrides.Add((methodKey, MethodKey(named.Key, name, metadata, method.Signature)));
            }
        }
    }

    private static (TypeShape Parent, string Name, BlobHandle Signature) Describe(AssemblyScan assembly, EntityHandle member)
    {
        MetadataReader metadata = assembly.File.Metadata;
        switch (member.Kind)
        {
            case HandleKind.MethodDefinition:
                MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)member);
                return (assembly.Shapes.Read(method.GetDeclaringType()), metadata.GetString(method.Name), method.Signature);
            case HandleKind.FieldDefinition:
                FieldDefinition field = metadata.GetFieldDefinition((FieldDefinitionHandle)member);
                return (assembly.Shapes.Read(field.GetDeclaringType()), metadata.GetString(field.Name), field.Signature);
            case HandleKind.MemberReference:
                MemberReference reference = metadata.GetMemberReference((MemberReferenceHandle)member);
                return (assembly.Shapes.Read(reference.Parent), metadata.GetString(reference.Name), reference.Signature);
            default:
                return (TypeShape.Other, "", default);
        }
    }

    private static bool IsMethod(MetadataReader metadata, BlobHandle signature) => metadata.GetBlobReader(signature).ReadSignatureHeader().Kind == SignatureKind.Method;

    private static string MethodKey(string typeKey, string name, MetadataReader metadata, BlobHandle signature)
    {
        BlobReader blob = metadata.GetBlobReader(signature);
        SignatureHeader header = blob.ReadSignatureHeader();
        int arity = header.IsGeneric ? blob.ReadCompressedInteger() : 0;
        return $"{typeKey}::{name}`{arity}({blob.ReadCompressedInteger()})";
    }

    /// <summary><c>IEventTracker</c>, <c>IUserEventTracker</c>, <c>IEngageEvent</c> and what implements or extends them in the library.</summary>
    private static bool IsTrackerMethod(string typeKey, string name) =>
        name is "Track" or "TrackAsync" && typeKey.StartsWith("[" + Library, StringComparison.Ordinal) && IsLibrary(typeKey[1..typeKey.IndexOf(']', StringComparison.Ordinal)]);

    private static bool IsGenerated(MetadataReader metadata, TypeDefinition type)
    {
        foreach (CustomAttributeHandle handle in type.GetCustomAttributes())
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)parent).Name, "GeneratedCodeAttribute")
                && metadata.GetBlobBytes(attribute.Value).AsSpan().IndexOf("TypedEvents.Generators"u8) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private sealed class AssemblyScan(AssemblyFile file)
    {
        public AssemblyFile File { get; } = file;

        public TypeShapes Shapes { get; } = new(file);

        public bool IsTest { get; } = file.References.Any(TestFrameworks.Contains);
    }

    /// <summary>An instruction.</summary>
    private sealed record Place(AssemblyScan Assembly, MethodDefinitionHandle Handle, int Offset, string Type, string Method, bool IsGenerated);

    /// <summary>A type argument: what is given for a parameter of a method or type.</summary>
    private readonly record struct Argument(string Owner, int Index, TypeShape Type, Place Place);
}
