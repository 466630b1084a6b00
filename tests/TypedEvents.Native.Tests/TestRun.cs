using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace TypedEvents.Native.Tests;

/// <summary>Runs facts and theories one after the other, each on a new instance.</summary>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The assembly with the tests is rooted as a whole.")]
[UnconditionalSuppressMessage("Trimming", "IL2065", Justification = "The assembly with the tests is rooted as a whole.")]
[UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "The assembly with the tests is rooted as a whole.")]
[UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The assembly with the tests is rooted as a whole.")]
internal sealed class TestRun
{
    /// <summary>Tests whose assertions, not the tested code, instantiate generic methods at run time, which Native AOT can't.</summary>
    private static readonly HashSet<string> AssertByReflection =
    [
        "PatternValidatorTests.Generated_code_checks_each_pattern_so_and_reports_a_timeout_as_one",
        "PropertyTests.A_hundred_and_twenty_properties",
        "SecretsTests.No_dump_of_options_contains_the_secret_and_their_JSON_no_credentials",
        "ValidationTests.The_first_broken_rule_of_a_value_counts",
    ];

    private readonly List<string> _failures = [];
    private readonly HashSet<string> _skippedByName = [];

    private TestRun()
    {
    }

    public int Passed { get; private set; }

    public int Skipped { get; private set; }

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Names to skip that no test has, because a test was renamed or removed.</summary>
    public IEnumerable<string> UnusedSkips => AssertByReflection.Except(_skippedByName);

    /// <summary>Runs the tests of an assembly whose names contain a string.</summary>
    public static async Task<TestRun> OfAsync(Assembly assembly, string part)
    {
        var run = new TestRun();
        foreach (Type type in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            {
                if (method.GetCustomAttributes().OfType<IFactAttribute>().Any() && $"{type.FullName}.{method.Name}".Contains(part, StringComparison.Ordinal))
                {
                    await run.RunAsync(type, method);
                }
            }
        }

        return run;
    }

    private async Task RunAsync(Type type, MethodInfo method)
    {
        if (AssertByReflection.Contains($"{type.Name}.{method.Name}"))
        {
            _skippedByName.Add($"{type.Name}.{method.Name}");
            Skipped++;
            return;
        }

        IDataAttribute[] sources = [.. method.GetCustomAttributes().OfType<IDataAttribute>()];
        if (sources.Length == 0)
        {
            await RunAsync(type, method, []);
            return;
        }

        await using var disposal = new DisposalTracker();
        foreach (IDataAttribute source in sources)
        {
            foreach (ITheoryDataRow row in await source.GetData(method, disposal))
            {
                await RunAsync(type, method, row.GetData());
            }
        }
    }

    private async Task RunAsync(Type type, MethodInfo method, object?[] arguments)
    {
        try
        {
            object? instance = method.IsStatic ? null : Activator.CreateInstance(type);
            try
            {
                await CompletedAsync(method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null));
            }
            finally
            {
                await DisposeAsync(instance);
            }

            Passed++;
        }
        catch (SkipException)
        {
            Skipped++;
        }
#pragma warning disable CA1031 // Any exception of a test is its failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failures.Add($"{type.FullName}.{method.Name}({string.Join(", ", arguments)}): {exception}");
        }
    }

    private static async Task CompletedAsync(object? result)
    {
        switch (result)
        {
            case Task task:
                await task;
                break;
            case ValueTask task:
                await task;
                break;
        }
    }

    private static async Task DisposeAsync(object? instance)
    {
        switch (instance)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
