using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators;

namespace TypedEvents.Benchmarks;

/// <summary>A user's project with many events, each tracked twice: as a record, and with its generated method.</summary>
internal sealed class EventProject
{
    private const int EventsPerFile = 10;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp12, DocumentationMode.Parse);

    private readonly SyntaxTree[] _written;
    private readonly SyntaxTree[] _generated;

    public EventProject(int events)
    {
        _written = [.. Enumerable.Range(0, events / EventsPerFile).Select(Parse)];
        _generated = Generate(Compile()).GetRunResult().GeneratedTrees.ToArray();
        Verify(CompileWithGenerated());
    }

    /// <summary>The input compilation of the generator, without cached results.</summary>
    public CSharpCompilation Compile() => Compile(_written);

    /// <summary>The compilation that the analyzers receive and that is emitted.</summary>
    public CSharpCompilation CompileWithGenerated() => Compile([.. _written, .. _generated]);

    /// <summary>Runs the generator like a build, without cached results.</summary>
    public static GeneratorDriver Generate(CSharpCompilation compilation) => CSharpGeneratorDriver
        .Create([new EngageEventGenerator().AsSourceGenerator()], parseOptions: ParseOptions)
        .RunGenerators(compilation);

    private static CSharpCompilation Compile(SyntaxTree[] trees) => CSharpCompilation.Create(
        "Events",
        trees,
        [
            .. Basic.Reference.Assemblies.Net100.References.All,
            MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "TypedEvents.dll")),
        ],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static SyntaxTree Parse(int file)
    {
        var text = new StringBuilder("""
            using System;
            using System.Collections.Generic;
            using System.ComponentModel.DataAnnotations;
            using TypedEvents;

            namespace Shop.Events;


            """);
        for (int i = file * EventsPerFile; i < (file + 1) * EventsPerFile; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $$"""
                public enum Plan{{i}} { Free, Pro, Team }

                [EngageEvent("order_placed_{{i}}")]
                public partial record OrderPlaced{{i}}(
                    string OrderId,
                    [Range(1, 100)] int Items,
                    decimal Total,
                    [StringLength(3)] string Currency,
                    bool IsGift,
                    DateTimeOffset PlacedAt,
                    Plan{{i}} Plan,
                    IReadOnlyList<string> Tags,
                    [EventProperty("voucher_code")] string? Voucher = null,
                    double? Discount = null);

                internal static class Orders{{i}}
                {
                    public static void Report(IEventTracker tracker, EngageUser user, string id, DateTimeOffset at, IReadOnlyList<string> tags)
                    {
                        tracker.Track(user, new OrderPlaced{{i}}(id, 3, 9.99m, "EUR", false, at, Plan{{i}}.Pro, tags));
                        tracker.TrackOrderPlaced{{i}}(user, id, 3, 9.99m, "EUR", isGift: false, at, Plan{{i}}.Pro, tags, discount: 0.5);
                    }
                }

                """);
        }

        return CSharpSyntaxTree.ParseText(text.ToString(), ParseOptions, $"Events{file}.cs", Encoding.UTF8);
    }

    private static void Verify(CSharpCompilation compilation)
    {
        if (compilation.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning) is { } wrong)
        {
            throw new InvalidOperationException($"The benchmark's project doesn't compile: {wrong}");
        }
    }
}
