using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

public class FlattenTests
{
    [Fact]
    public void Records_of_another_assembly_are_flattened_as_those_of_this_one()
    {
        const string Library = """
            #pragma warning disable
            using TypedEvents;
            namespace Places;
            public abstract record Dated { [EventProperty("on_day")] public System.DateOnly Day => default; }
            public record Place([EventProperty("country_code")] string Country, [EventIgnore] object? Secret, [Flatten("")] Geo? Geo, bool Known) : Dated;
            public readonly record struct Geo([property: System.ComponentModel.DataAnnotations.Range(-90, 90)] double Latitude, double Longitude);
            """;
        const string Event = """
            #pragma warning disable
            [assembly: TypedEvents.EngageEventDefaults(Naming = TypedEvents.PropertyNaming.CamelCase, Boolean = TypedEvents.BooleanFormat.Literal)]
            namespace Shop;
            [TypedEvents.EngageEvent("shipped")] public partial record Shipped([TypedEvents.Flatten] Places.Place From, [TypedEvents.Flatten] Places.Geo At);
            """;
        MetadataReference compiled = new Project(Library).Generate().ToReference();

        Generated fromSource = new Project(Event, Library).Generate().AssertSilent();
        Generated fromMetadata = new Project(Event) { ExtraReferences = [compiled] }.Generate().AssertSilent();

        Assert.Equal(fromSource.Text, fromMetadata.Text);
        Assert.Contains("\"from_country_code\\\":\"u8", fromSource.Text.Replace("\",\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("at_longitude", fromSource.Text, StringComparison.Ordinal);
        Assert.Contains("from_latitude", fromSource.Text, StringComparison.Ordinal);
        Assert.Contains("Range: -90 to 90", fromSource.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_method_writes_more_than_forty_properties()
    {
        string Properties(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"public int P{i} {{ get; init; }} "));
        string text = new Project($$"""
            #pragma warning disable
            using TypedEvents;
            public record Medium { {{Properties(30)}} }
            public record Wide { {{Properties(90)}} [Flatten] public Medium? Medium { get; init; } }
            [EngageEvent("x")] public partial record X([Flatten] Medium A, [Flatten] Medium B, [Flatten] Wide C, [Flatten] Wide D);
            """).Generate().AssertSilent().Text;

        int[] writes = [.. text.Split("static void ").Select(method => method.Split(" w.Write").Length - 1)];

        Assert.Equal(300, writes.Sum());
        Assert.All(writes, count => Assert.InRange(count, 0, 40));
    }
}
