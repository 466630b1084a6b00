namespace TypedEvents.Generators.Emission;

/// <summary>
/// Prints the search for a value among many constants. The compiler's time and memory for one <c>switch</c> grow with the square of
/// its cases: 10,000 cases take 10 s and 2.9 GB. So a long list is sorted, comparisons halve it, and each <c>switch</c> stays short.
/// </summary>
internal static class ConstantSearch
{
    /// <summary>The most constants in one <c>switch</c> or pattern.</summary>
    public const int MaxCases = 128;

    /// <summary>Prints statements that return from the method around them.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="count">How many constants there are, in ascending order.</param>
    /// <param name="isBefore">Gives the condition that the value is less than the constant of this index.</param>
    /// <param name="emitCases">Prints the return statement for a range of constants: the first, and how many.</param>
    public static void Emit(SourceWriter writer, int count, Func<int, string> isBefore, Action<int, int> emitCases) =>
        Emit(writer, 0, count, isBefore, emitCases);

    private static void Emit(SourceWriter writer, int first, int count, Func<int, string> isBefore, Action<int, int> emitCases)
    {
        if (count <= MaxCases)
        {
            emitCases(first, count);
            return;
        }

        int half = count / 2;
        writer.Open($"if ({isBefore(first + half)})");
        Emit(writer, first, half, isBefore, emitCases);
        writer.Close();
        writer.Line();
        Emit(writer, first + half, count - half, isBefore, emitCases);
    }
}
