namespace TypedEvents.Generators.Model;

/// <summary>An enum as generated code sees it: numbers and their wire names.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="IsUnsigned">Whether its underlying type is unsigned.</param>
/// <param name="IsFlags">Whether it has <see cref="FlagsAttribute"/>: then only members of a single bit are here.</param>
/// <param name="Members">Its members in order of declaration, the first of each value.</param>
internal sealed record EnumModel(string Name, bool IsUnsigned, bool IsFlags, EquatableArray<EnumMember> Members);

/// <summary>A member of an enum.</summary>
/// <param name="Value">Its value, sign-extended where the underlying type is signed; reinterpreted from <see cref="ulong"/> where it isn't.</param>
/// <param name="WireName">Its wire name, not escaped.</param>
internal readonly record struct EnumMember(long Value, string WireName);
