using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace TypedEvents.Lifetime;

/// <summary>
/// The time in which the host stops. Its options are in the package Microsoft.Extensions.Hosting, of which this one needs nothing else: where
/// the application has that package, they are found by name.
/// </summary>
internal static class HostTimeout
{
    /// <returns>The host's <c>ShutdownTimeout</c>; <see langword="null"/>: there is no such host.</returns>
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "IOptions of a reference type shares its code with the IOptions that the host itself uses.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "HostOptions is kept by its literal name, with the constructor that IOptions asks for.")]
    public static TimeSpan? Find(IServiceProvider services)
    {
        if (Type.GetType("Microsoft.Extensions.Hosting.HostOptions, Microsoft.Extensions.Hosting") is not { } type
            || type.GetProperty("ShutdownTimeout") is not { } timeout)
        {
            return null;
        }

        Type optionsType = typeof(IOptions<>).MakeGenericType(type);
        return services.GetService(optionsType) is { } options && optionsType.GetProperty("Value", BindingFlags.Instance | BindingFlags.Public)?.GetValue(options) is { } value
            ? timeout.GetValue(value) as TimeSpan?
            : null;
    }
}
