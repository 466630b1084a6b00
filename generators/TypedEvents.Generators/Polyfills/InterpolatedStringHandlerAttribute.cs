namespace System.Runtime.CompilerServices;

/// <summary>Marks a handler of interpolated strings; netstandard2.0 doesn't have it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
internal sealed class InterpolatedStringHandlerAttribute : Attribute;
