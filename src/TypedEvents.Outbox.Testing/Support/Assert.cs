using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents.Outbox.Testing;

/// <summary>What the contract expects, by no test framework: a failure is an <see cref="OutboxContractException"/>.</summary>
internal static class Assert
{
    private const int MaxShown = 500;

    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Fail(what, Show(expected), Show(actual));
        }
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        List<T> expectedItems = [.. expected];
        List<T> actualItems = [.. actual];
        if (!expectedItems.SequenceEqual(actualItems))
        {
            Fail(what, Show(expectedItems), Show(actualItems));
        }
    }

    public static void True(bool actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Equal(true, actual, what);

    public static void False(bool actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Equal(false, actual, what);

    public static void Null(object? actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (actual is not null)
        {
            Fail(what, "null", Show(actual));
        }
    }

    public static T NotNull<T>([NotNull] T? actual, [CallerArgumentExpression(nameof(actual))] string what = "")
        where T : class
    {
        if (actual is null)
        {
            Fail(what, "a value", "null");
        }

        return actual;
    }

    public static T Value<T>(T? actual, [CallerArgumentExpression(nameof(actual))] string what = "")
        where T : struct
    {
        if (actual is null)
        {
            Fail(what, "a value", "null");
        }

        return actual.Value;
    }

    public static void Empty<T>(IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "") => Sequence([], actual, what);

    public static T Single<T>(IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        List<T> items = [.. actual];
        if (items.Count != 1)
        {
            Fail(what, "one item", Show(items));
        }

        return items[0];
    }

    public static void InRange<T>(T actual, T low, T high, [CallerArgumentExpression(nameof(actual))] string what = "")
        where T : IComparable<T>
    {
        if (actual.CompareTo(low) < 0 || actual.CompareTo(high) > 0)
        {
            Fail(what, $"{Show(low)} to {Show(high)}", Show(actual));
        }
    }

    public static async Task<TException> ThrowsAsync<TException>(Func<Task> act, [CallerArgumentExpression(nameof(act))] string what = "")
        where TException : Exception
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (TException exception)
        {
            return exception;
        }
        catch (Exception exception) when (exception is not OutboxContractException)
        {
            throw new OutboxContractException($"{what}: expected {typeof(TException).Name}, but it threw {exception.GetType().Name}: {exception.Message}", exception);
        }

        throw new OutboxContractException($"{what}: expected {typeof(TException).Name}, but nothing was thrown.");
    }

    [DoesNotReturn]
    private static void Fail(string what, string expected, string actual) =>
        throw new OutboxContractException($"{what}: expected {expected}, but was {actual}.");

    private static string Show(object? value)
    {
        string text = value switch
        {
            null => "null",
            string quoted => $"\"{quoted}\"",
            StoredEvent stored => $"{stored} with {Encoding.UTF8.GetString(stored.Json.Span)}",
            IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Show))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
    }
}
