using System.Collections.Concurrent;

namespace TypedEvents.Generators.Model;

/// <summary>How the value of a property is written.</summary>
internal abstract record ValueModel;

/// <summary>One call of a member of <c>EventWriter</c>.</summary>
/// <param name="Writer">The member's name: <c>WriteInt32</c>.</param>
/// <param name="Form">The conversion of its argument, and its format.</param>
/// <param name="IsNullableStruct">Whether the type is a <see cref="Nullable{T}"/>: then it is left out where it has no value.</param>
internal sealed record ScalarModel(string Writer, ScalarForm Form, bool IsNullableStruct) : ValueModel
{
    private static readonly ConcurrentDictionary<(string, ScalarForm, bool), ScalarModel> All = new();

    /// <summary>There are few of them, and most properties are one.</summary>
    public static ScalarModel Of(string writer, ScalarForm form, bool isNullableStruct) =>
        All.GetOrAdd((writer, form, isNullableStruct), static key => new ScalarModel(key.Item1, key.Item2, key.Item3));
}

/// <summary>An enum: the name of its member, or for <c>[Flags]</c> a list of names.</summary>
internal sealed record EnumValueModel(EnumModel Enum, bool IsNullableStruct) : ValueModel;

/// <summary>A list of strings.</summary>
/// <param name="Source">How it is enumerated.</param>
/// <param name="ElementType">The type of its elements in C#, without a question mark.</param>
/// <param name="HasNullableStructs">Whether its elements are <see cref="Nullable{T}"/> of that type.</param>
/// <param name="ElementEnum">The enum that its elements are, if they are one.</param>
internal sealed record ListModel(ListSource Source, string ElementType, bool HasNullableStructs, EnumModel? ElementEnum) : ValueModel;

/// <summary>Another record, whose properties are sent in its place.</summary>
/// <param name="Type">Its type in C#, without a question mark.</param>
/// <param name="Properties">Its properties, under their wire names with all prefixes.</param>
internal sealed record FlattenedModel(string Type, EquatableArray<PropertyModel> Properties) : ValueModel;

/// <summary>The conversion of a value, and its format.</summary>
internal enum ScalarForm
{
    /// <summary>The value itself.</summary>
    AsIs,

    /// <summary>A small integer, as <see cref="int"/>.</summary>
    AsInt32,

    /// <summary>A native integer, as <see cref="long"/>.</summary>
    AsInt64,

    /// <summary>An unsigned native integer, as <see cref="ulong"/>.</summary>
    AsUInt64,

    /// <summary>A bool as a JSON literal.</summary>
    BooleanLiteral,

    /// <summary>A date as a number of milliseconds.</summary>
    UnixMilliseconds,

    /// <summary>A date as <c>yyyy-MM-dd HH:mm:ss</c>.</summary>
    DateAndTime,
}

/// <summary>The static type as which a list is enumerated.</summary>
internal enum ListSource
{
    /// <summary>
    /// An <c>IEnumerable&lt;string&gt;</c>, which one call writes: an array, a <c>List&lt;string&gt;</c>, or what allocates its enumerator in any
    /// case.
    /// </summary>
    Strings,

    /// <summary>Its own type, which spares the enumerator's allocation.</summary>
    Itself,

    /// <summary>Its <c>IEnumerable&lt;T&gt;</c>: its own type may have another <c>GetEnumerator</c>, or none.</summary>
    Interface,

    /// <summary>An <c>ImmutableArray&lt;T&gt;</c>, whose default can't be enumerated and counts as null.</summary>
    ImmutableArray,

    /// <summary>An <see cref="ArraySegment{T}"/>, whose default can't be enumerated and counts as null.</summary>
    ArraySegment,
}
