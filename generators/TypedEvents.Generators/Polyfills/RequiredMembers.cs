namespace System.Runtime.CompilerServices
{
    /// <summary>Lets the compiler accept <c>required</c>; netstandard2.0 hasn't got it.</summary>
    [AttributeUsage(AttributeTargets.All)]
    internal sealed class RequiredMemberAttribute : Attribute;

    /// <summary>Stands on what an older compiler must not use; netstandard2.0 hasn't got it.</summary>
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        public string FeatureName { get; } = featureName;
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    /// <summary>Stands on the copy constructors of records with required members; netstandard2.0 hasn't got it.</summary>
    [AttributeUsage(AttributeTargets.Constructor)]
    internal sealed class SetsRequiredMembersAttribute : Attribute;
}
