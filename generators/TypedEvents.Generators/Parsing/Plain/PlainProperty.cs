using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>A property of a plain record that everyone can read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as the compiler bound it.</param>
/// <param name="WireName">Its explicit name on the wire.</param>
/// <param name="IsIgnored">Whether it is left out.</param>
internal readonly record struct PlainProperty(string Name, ITypeSymbol Type, string? WireName, bool IsIgnored);
