namespace System.Runtime.CompilerServices;

/// <summary>The compiler requires it for <c>init</c> and records; netstandard2.0 doesn't have it.</summary>
internal static class IsExternalInit;
