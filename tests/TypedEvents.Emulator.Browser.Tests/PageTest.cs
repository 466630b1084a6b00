using Microsoft.Playwright;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>A test with an emulator, its page in a browser, and somebody who sends events.</summary>
public abstract class PageTest(Browser browser) : IAsyncLifetime
{
    private readonly List<string> _errors = [];

    private protected EngageLabEmulator Emulator { get; private set; } = null!;

    private protected Sender Sender { get; private set; } = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What the browser complains about: errors, and what its security policy stopped.</summary>
    private protected IReadOnlyList<string> Errors => _errors;

    private protected virtual EmulatorOptions Options => new() { Page = true };

    public async ValueTask InitializeAsync()
    {
        Emulator = await EngageLabEmulator.StartAsync(Options, Cancellation);
        Sender = new Sender(Emulator);
    }

    public async ValueTask DisposeAsync()
    {
        Sender.Dispose();
        await Emulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<IPage> OpenAsync(string query = "", ColorScheme scheme = ColorScheme.Light, ForcedColors forced = ForcedColors.None)
    {
        IPage page = await browser.OpenAsync(new Uri(Emulator.PageAddress!, query), scheme, forced);
        page.PageError += (_, error) => Add(error);
        page.Console += (_, message) =>
        {
            // A request for what is no longer stored is an answer, not a fault.
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
            {
                Add(message.Text);
            }
        };
        return page;

        void Add(string error)
        {
            lock (_errors)
            {
                _errors.Add(error);
            }
        }
    }

    private protected static ILocator Rows(IPage page) => page.Locator("#list .rows .row");

    private protected static Task<int> RowsAsync(IPage page, int count) => UntilAsync(() => Rows(page).CountAsync(), actual => actual == count);

    /// <summary>The newest sequence number in the list.</summary>
    private protected static async Task<string> FirstAsync(IPage page) => await Rows(page).First.GetAttributeAsync("data-sequence") ?? "";

    /// <summary>Two frames later everything that was due has been drawn.</summary>
    private protected static Task FramesAsync(IPage page) =>
        page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

    /// <summary>Waits until the page has read everything that the emulator has, and has drawn it.</summary>
    private protected static async Task CaughtUpAsync(IPage page, long last)
    {
        await page.WaitForFunctionAsync("last => (globalThis.typedEventsPage?.store.batch?.last ?? 0) >= last", last);
        await FramesAsync(page);
    }

    private protected static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isExpected)
    {
        T value = await read();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (!isExpected(value) && !patience.IsCancellationRequested)
        {
            await Task.Yield();
            value = await read();
        }

        Assert.True(isExpected(value), $"It stayed {value}.");
        return value;
    }

    private protected static Task<string> ClipboardAsync(IPage page) => page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
}
