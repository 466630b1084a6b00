namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for in <c>init</c> and records; netstandard2.0 hasn't got it.</summary>
internal static class IsExternalInit;
