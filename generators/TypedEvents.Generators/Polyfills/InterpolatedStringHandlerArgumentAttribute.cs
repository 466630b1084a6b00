namespace System.Runtime.CompilerServices;

/// <summary>Names the arguments that a handler of an interpolated string is made with; netstandard2.0 hasn't got it.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class InterpolatedStringHandlerArgumentAttribute(params string[] arguments) : Attribute
{
    public string[] Arguments { get; } = arguments;
}
