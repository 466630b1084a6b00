namespace System.Runtime.CompilerServices;

/// <summary>Marks a type that takes the parts of an interpolated string; netstandard2.0 hasn't got it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
internal sealed class InterpolatedStringHandlerAttribute : Attribute;
