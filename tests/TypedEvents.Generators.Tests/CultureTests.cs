using System.Globalization;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

public class CultureTests
{
    [Theory]
    [InlineData("sv-SE")] // another minus
    [InlineData("tr-TR")] // another lowercase I
    [InlineData("de-DE")] // another decimal point
    [InlineData("ar-SA")] // other digits
    public void The_output_is_the_same_under_every_culture(string culture)
    {
        var project = new Project(Shapes.Everything, """
            using TypedEvents;
            public enum Sign { Minus = -1, INDIGO = int.MinValue }
            [EngageEvent("invariant")]
            public partial record Invariant(Sign Sign, int ID, double Rate = -1.5, long Offset = -7, Sign Other = Sign.Minus, decimal Price = -0.10m);
            """);
        string expected = Under(CultureInfo.InvariantCulture, project);

        string actual = Under(Find(culture), project);

        Assert.Equal(expected, actual);
        Assert.Contains("\\\"id\\\":", actual, StringComparison.Ordinal);
        Assert.Contains("\\\"indigo\\\"", actual, StringComparison.Ordinal);
        Assert.Contains("-1L =>", actual, StringComparison.Ordinal);
        Assert.Contains("double rate = -1.5D", actual, StringComparison.Ordinal);
        Assert.Contains("decimal price = -0.10M", actual, StringComparison.Ordinal);
    }

    private static CultureInfo Find(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            Assert.Skip("This process has no cultures: invariant globalization.");
            throw;
        }
    }

    private static string Under(CultureInfo culture, Project project)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return project.Generate().AllText;
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
