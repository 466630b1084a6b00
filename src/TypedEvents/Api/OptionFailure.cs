namespace TypedEvents;

/// <summary>What is wrong with an option.</summary>
/// <param name="Option">The option's name, such as <c>MaxBatchEvents</c>.</param>
/// <param name="Message">Names the option, its valid values, and its value unless that is a secret.</param>
public sealed record OptionFailure(string Option, string Message)
{
    /// <exception cref="ArgumentException">There are failures. The message lists all of them.</exception>
    internal static void ThrowIfAny(List<OptionFailure> failures)
    {
        switch (failures)
        {
            case []:
                return;
            case [OptionFailure one]:
                throw new ArgumentException(one.Message, one.Option);
            default:
                throw new ArgumentException($"{failures.Count} options are invalid.{string.Concat(failures.ConvertAll(one => $"{Environment.NewLine}- {one.Message}"))}");
        }
    }
}
