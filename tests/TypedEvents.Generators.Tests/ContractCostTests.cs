using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>What the contracts of a hundred described events add to compiling them, and to the assembly. The figures are in docs/build-time.md.</summary>
public class ContractCostTests
{
    private const int Count = 100;

    private static readonly Project Shop = new(
    [
        .. Enumerable.Range(0, Count).Select(number => $$"""
            #pragma warning disable CS1573, CS1591
            using System;
            using TypedEvents;
            namespace Shop;

            /// <summary>A customer placed the order of number {{number}} in the shop, and paid for it.</summary>
            /// <param name="OrderId">The number that the customer sees.</param>
            /// <param name="Count">How many articles it has.</param>
            /// <param name="Total">What the customer pays, with taxes.</param>
            [EngageEvent("order_placed_{{number}}", Owner = "@shop/orders", Tags = new[] { "orders" })]
            public partial record OrderPlaced{{number}}(
                string OrderId, int Count, decimal Total, bool IsGift, DateTimeOffset PlacedAt, Guid CartId, DayOfWeek Day, string? Coupon = null);
            """),
    ]);

    [Fact]
    public void Contracts_add_little_to_compiling_and_to_the_assembly()
    {
        Generated generated = Shop.Generate().AssertSilent();
        string[] sources = [.. Shop.Files];
        string[] serializers = [.. generated.Files.Select(Text)];
        string[] calls = [.. generated.Calls.Select(Text)];
        string[] contracts = [.. generated.Contracts.Select(Text)];

        (double Megabytes, long Bytes) inOneFile = Compile([.. sources, .. generated.Files.Select(file => Text(file) + string.Concat(generated.Calls.Where(one => IsOf(one, file)).Select(Text)))]);
        (double Megabytes, long Bytes) without = Compile([.. sources, .. serializers, .. calls]);
        (double Megabytes, long Bytes) with = Compile([.. sources, .. serializers, .. calls, .. contracts]);

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"calls in the serializers' files: {inOneFile.Megabytes:F1} MB; in files of their own: {without.Megabytes:F1} MB; with contracts: {with.Megabytes:F1} MB. "
            + $"Assembly: {without.Bytes:N0} bytes, with contracts {with.Bytes:N0}: {(with.Bytes - without.Bytes) / Count:N0} an event, whose contract has {contracts.Sum(text => text.Length) / Count:N0} characters with its class.");
        Assert.True(with.Megabytes <= 1.1 * without.Megabytes, $"Compiling allocates {with.Megabytes:F1} MB with contracts and {without.Megabytes:F1} MB without.");
        Assert.InRange(with.Bytes - without.Bytes, Count, 3 * 1024 * Count);
    }

    private static string Text(GeneratedSourceResult file) => file.SourceText.ToString();

    private static bool IsOf(GeneratedSourceResult calls, GeneratedSourceResult serializer) =>
        calls.HintName == serializer.HintName.Replace(".g.cs", ".Track.g.cs", StringComparison.Ordinal);

    /// <summary>Parses and emits on one thread, twice: the first time makes what is made once for a process.</summary>
    private static (double Megabytes, long Bytes) Compile(string[] files)
    {
        double least = double.MaxValue;
        long length = 0;
        for (int round = 0; round < 2; round++)
        {
            CSharpCompilation empty = Shop.Compile();
            CSharpCompilationOptions options = empty.Options.WithConcurrentBuild(false).WithDeterministic(true);
            long before = GC.GetAllocatedBytesForCurrentThread();
            CSharpCompilation compilation = empty.RemoveAllSyntaxTrees().WithOptions(options).AddSyntaxTrees(
                files.Select((file, index) => CSharpSyntaxTree.ParseText(file, Shop.ParseOptions, $"File{index}.cs", System.Text.Encoding.UTF8)));
            var assembly = new MemoryStream();
            Assert.True(compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Success);
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / 1e6);
            length = assembly.Length;
        }

        return (least, length);
    }
}
