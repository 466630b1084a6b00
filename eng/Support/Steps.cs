using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TypedEvents.Eng.Support;

/// <summary>Steps that run one after the other, also after a failed one. The end names the failed steps and tests, and counts all tests.</summary>
internal sealed partial class Steps
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _failedSteps = [];
    private readonly SortedSet<string> _failedTests = new(StringComparer.Ordinal);
    private int _passed;
    private int _failed;
    private int _exitCode;

    private string Seconds => _watch.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);

    /// <returns>Whether the step ended with exit code 0.</returns>
    public async Task<bool> RunAsync(string name, Func<Task<int>> step)
    {
        Console.WriteLine($"\n== {name} ({Seconds} s)");
        int code;
        try
        {
            code = await step();
        }
        catch (EngException exception)
        {
            Console.WriteLine(exception.Message);
            code = exception.ExitCode;
        }

        if (code != 0)
        {
            _exitCode = _exitCode == 0 ? code : _exitCode;
            _failedSteps.Add(name);
            Console.WriteLine($"\n== {name} failed with exit code {code}");
        }

        return code == 0;
    }

    /// <inheritdoc cref="RunAsync(string, Func{Task{int}})"/>
    public Task<bool> RunAsync(string name, Func<Task> step) => RunAsync(name, async () =>
    {
        await step();
        return 0;
    });

    /// <summary>Prints a line of a test run and counts what it says.</summary>
    public void Count(string line)
    {
        lock (_failedTests)
        {
            Console.WriteLine(line);
            string text = Colors().Replace(line, "");
            if (Succeeded().Match(text) is { Success: true } succeeded)
            {
                _passed += int.Parse(succeeded.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else if (Failed().Match(text) is { Success: true } failed)
            {
                _failed += int.Parse(failed.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else if (FailedTest().Match(text) is { Success: true } test)
            {
                _failedTests.Add(test.Groups[1].Value + test.Groups[2].Value);
            }
        }
    }

    /// <summary>Prints the result.</summary>
    /// <returns>The exit code of the first failed step, or 0.</returns>
    public int Finish()
    {
        Console.WriteLine($"\n== Result ({Seconds} s)");
        foreach (string step in _failedSteps)
        {
            Console.WriteLine("Failed: " + step);
        }

        foreach (string test in _failedTests)
        {
            Console.WriteLine("  failed " + test);
        }

        Console.WriteLine($"{_passed} passed, {_failed} failed");
        return _exitCode;
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colors();

    [GeneratedRegex(@"^\s*succeeded: (\d+)")]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"^\s*failed: (\d+)")]
    private static partial Regex Failed();

    /// <summary>"failed Namespace.Class.Test (1s)" of the platform's console, or "Namespace.Class.Test [FAIL]" of xunit's.</summary>
    [GeneratedRegex(@"^\s*(?:failed ([^\s(]+\.[^\s(]+)|(\S+\.\S.*) \[FAIL\])")]
    private static partial Regex FailedTest();
}
