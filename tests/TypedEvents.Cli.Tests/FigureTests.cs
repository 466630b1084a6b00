using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Basic.Reference.Assemblies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedEvents.Cli.Tests;

/// <summary>
/// What the tool costs, as a ratio to the least that could do the same, both as whole processes in turns:
/// <c>dotnet run --project tests/TypedEvents.Cli.Tests -- -explicit only -class '*FigureTests' -showLiveOutput</c>.
/// </summary>
public sealed partial class FigureTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 9;

    /// <summary>The shell's clock has hundredths of a second, so it counts several processes at once.</summary>
    private const int ProcessesInRound = 3;

    private readonly TestApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Fact(Explicit = true)]
    public async Task The_version_takes_at_most_twice_the_time_of_the_SDKs()
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.dll");

        (double tools, double sdks) = await MeasureAsync($"dotnet {tool} --version", "dotnet --version", isTime: true);

        Report("--version, time", tools, sdks);
        Assert.True(tools <= 2 * sdks);
    }

    [Fact(Explicit = true)]
    public async Task Exporting_1000_events_takes_at_most_three_times_the_CPU_of_reading_the_metadata()
    {
        var source = new StringBuilder("namespace Shop;\n");
        for (int index = 0; index < 1000; index++)
        {
            source.Append(CultureInfo.InvariantCulture, $"/// <summary>Event {index}.</summary>\n/// <param name=\"Plan\">The plan.</param>\n[EngageEvent(\"event_{index}\")] public partial record Event{index}(string Plan, int Seats, string? Referrer = null, double? Price = null, bool IsNew = false, DateTimeOffset? At = null);\n");
        }

        string assembly = _application.Compile("Shop", source.ToString(), optimizes: true, hasContracts: true);
        string reader = CompileReader();
        string tool = Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.dll");

        (double tools, double readers) = await MeasureAsync($"dotnet {tool} plan export {assembly}", $"dotnet {reader} {assembly}", isTime: false);

        Report("export of 1,000 events, CPU", tools, readers);
        Assert.True(tools <= 3 * readers);
    }

    /// <summary>A program that reads every row of every table with its names and signatures, and does nothing with them.</summary>
    private string CompileReader()
    {
        const string Source = """
            using System;
            using System.IO;
            using System.Reflection.Metadata;
            using System.Reflection.Metadata.Ecma335;
            using System.Reflection.PortableExecutable;

            using var image = new PEReader(new MemoryStream(File.ReadAllBytes(args[0]), writable: false));
            MetadataReader metadata = image.GetMetadataReader();
            long read = 0;
            foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
            {
                TypeDefinition type = metadata.GetTypeDefinition(handle);
                read += metadata.GetString(type.Name).Length + metadata.GetString(type.Namespace).Length;
                foreach (FieldDefinitionHandle field in type.GetFields()) { FieldDefinition row = metadata.GetFieldDefinition(field); read += metadata.GetString(row.Name).Length + metadata.GetBlobBytes(row.Signature).Length; }
                foreach (MethodDefinitionHandle method in type.GetMethods())
                {
                    MethodDefinition row = metadata.GetMethodDefinition(method);
                    read += metadata.GetString(row.Name).Length + metadata.GetBlobBytes(row.Signature).Length;
                    foreach (ParameterHandle parameter in row.GetParameters()) { read += metadata.GetString(metadata.GetParameter(parameter).Name).Length; }
                }

                foreach (PropertyDefinitionHandle property in type.GetProperties()) { PropertyDefinition row = metadata.GetPropertyDefinition(property); read += metadata.GetString(row.Name).Length + metadata.GetBlobBytes(row.Signature).Length; }
                foreach (EventDefinitionHandle declared in type.GetEvents()) { read += metadata.GetString(metadata.GetEventDefinition(declared).Name).Length; }
            }

            foreach (TypeReferenceHandle handle in metadata.TypeReferences) { TypeReference row = metadata.GetTypeReference(handle); read += metadata.GetString(row.Name).Length + metadata.GetString(row.Namespace).Length; }
            foreach (MemberReferenceHandle handle in metadata.MemberReferences) { MemberReference row = metadata.GetMemberReference(handle); read += metadata.GetString(row.Name).Length + metadata.GetBlobBytes(row.Signature).Length; }
            foreach (CustomAttributeHandle handle in metadata.CustomAttributes) { read += metadata.GetBlobBytes(metadata.GetCustomAttribute(handle).Value).Length; }
            foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences) { read += metadata.GetString(metadata.GetAssemblyReference(handle).Name).Length; }
            for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.Constant); row++) { read += metadata.GetBlobBytes(metadata.GetConstant(MetadataTokens.ConstantHandle(row)).Value).Length; }
            for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.TypeSpec); row++) { read += metadata.GetBlobBytes(metadata.GetTypeSpecification(MetadataTokens.TypeSpecificationHandle(row)).Signature).Length; }
            for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.MethodSpec); row++) { read += metadata.GetBlobBytes(metadata.GetMethodSpecification(MetadataTokens.MethodSpecificationHandle(row)).Signature).Length; }
            for (UserStringHandle text = MetadataTokens.UserStringHandle(1); !text.IsNil; text = metadata.GetNextHandle(text)) { read += metadata.GetUserString(text).Length; }
            Console.Out.Write(read + "\n");
            """;
        string path = Path.Combine(_application.Folder, "Reader.dll");
        var compilation = CSharpCompilation.Create("Reader", [CSharpSyntaxTree.ParseText(Source)], Net100.References.All, new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release));
        var result = compilation.Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        File.WriteAllText(Path.ChangeExtension(path, ".runtimeconfig.json"), """{ "runtimeOptions": { "tfm": "net10.0", "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" } } }""");
        return path;
    }

    /// <summary>The least that each of two commands took, in seconds of CPU or time, in turns.</summary>
    private static async Task<(double First, double Second)> MeasureAsync(string first, string second, bool isTime)
    {
        await RunAsync(first, isTime);
        await RunAsync(second, isTime);
        (double leastOfFirst, double leastOfSecond) = (double.MaxValue, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            leastOfFirst = Math.Min(leastOfFirst, await RunAsync(first, isTime));
            leastOfSecond = Math.Min(leastOfSecond, await RunAsync(second, isTime));
        }

        return (leastOfFirst, leastOfSecond);
    }

    private static async Task<double> RunAsync(string command, bool isTime)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a shell.");
        string line = string.Concat(Enumerable.Repeat($"{command} > /dev/null || exit 1; ", ProcessesInRound)) + "times";
        var watch = Stopwatch.StartNew();
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true })!;
        string text = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);

        // The second line is that of the shell's children: user and system.
        return isTime
            ? watch.Elapsed.TotalSeconds / ProcessesInRound
            : Duration().Matches(text.Trim().Split('\n')[1]).Sum(match => (60 * double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) + double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)) / ProcessesInRound;
    }

    private void Report(string what, double first, double second) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {first * 1000:0} ms, {second * 1000:0} ms: {first / second:0.00}"));

    [GeneratedRegex(@"(\d+)m([\d.]+)s")]
    private static partial Regex Duration();
}
