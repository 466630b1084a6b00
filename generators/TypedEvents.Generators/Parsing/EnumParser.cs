using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads an enum's members.</summary>
internal static class EnumParser
{
    /// <summary>A symbol never changes, and many events send the same enum.</summary>
    private static readonly ConditionalWeakTable<ITypeSymbol, EnumModel?> Known = new();

    /// <summary>Makes the model of an enum, or returns <see langword="null"/> if its underlying type isn't one that C# allows.</summary>
    public static EnumModel? Parse(ITypeSymbol type) => Known.GetValue(type, static type => Read(type));

    private static EnumModel? Read(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { EnumUnderlyingType.SpecialType: var underlying } || WidthOf(underlying) is not { } bits)
        {
            return null;
        }

        bool isFlags = KnownAttributes.HasAny(type.GetAttributes(), AttributeRole.Flags);
        var members = new List<EnumMember>();
        var seen = new HashSet<long>();
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is not IFieldSymbol { HasConstantValue: true } field)
            {
                continue;
            }

            long value = ToInt64(field.ConstantValue);
            bool isSent = !isFlags || IsSingleBit(value, bits);
            if (isSent && seen.Add(value))
            {
                members.Add(new EnumMember(value, ExplicitName(field) ?? NamingPolicy.SnakeCase(field.Name)));
            }
        }

        return new EnumModel(type.Name, IsUnsigned(underlying), isFlags, EquatableArray.From(members));
    }

    private static int? WidthOf(SpecialType underlying) => underlying switch
    {
        SpecialType.System_SByte or SpecialType.System_Byte => 8,
        SpecialType.System_Int16 or SpecialType.System_UInt16 => 16,
        SpecialType.System_Int32 or SpecialType.System_UInt32 => 32,
        SpecialType.System_Int64 or SpecialType.System_UInt64 => 64,
        _ => null,
    };

    private static bool IsUnsigned(SpecialType underlying) =>
        underlying is SpecialType.System_Byte or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64;

    private static bool IsSingleBit(long value, int bits)
    {
        ulong pattern = (ulong)value & (ulong.MaxValue >> (64 - bits));
        return pattern != 0 && (pattern & (pattern - 1)) == 0;
    }

    private static long ToInt64(object? constant) => constant switch
    {
        sbyte value => value,
        byte value => value,
        short value => value,
        ushort value => value,
        int value => value,
        uint value => value,
        long value => value,
        ulong value => unchecked((long)value),
        _ => 0,
    };

    /// <summary>Whether a member can have a name in events: of an enum with <see cref="FlagsAttribute"/>, only those of a single bit have one.</summary>
    public static bool CanBeSent(IFieldSymbol member) =>
        !KnownAttributes.HasAny(member.ContainingType.GetAttributes(), AttributeRole.Flags)
        || member.ContainingType.EnumUnderlyingType is not { } underlying
        || WidthOf(underlying.SpecialType) is not { } bits
        || IsSingleBit(ToInt64(member.ConstantValue), bits);

    /// <summary>The member whose name is sent for the value of a member: the first of that value.</summary>
    public static IFieldSymbol? FindSent(IFieldSymbol member)
    {
        foreach (ISymbol other in member.ContainingType.GetMembers())
        {
            if (other is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, member.ConstantValue))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>The name that an attribute gives it: the library's own, or else that of System.Text.Json.</summary>
    public static string? ExplicitName(IFieldSymbol member)
    {
        string? name = null;
        foreach (AttributeData attribute in member.GetAttributes())
        {
            if (KnownAttributes.Find(attribute.AttributeClass) is { Role: AttributeRole.EnumMemberName } known && attribute.FirstArgument() is { } given)
            {
                name = known.IsOwn || name is null ? given : name;
            }
        }

        return name;
    }
}
