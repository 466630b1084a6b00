using System.Runtime.InteropServices;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(TypedEvents.Emulator.Browser.Tests.Browser))]

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>One Chromium for all tests. It is that of the system: nothing is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>If it is 1, a test fails where it would otherwise be skipped.</summary>
    public const string RequiredVariable = "TYPEDEVENTS_BROWSER_REQUIRED";

    private static readonly string[] Candidates =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        string? path = Environment.GetEnvironmentVariable("TYPEDEVENTS_BROWSER") ?? Candidates.FirstOrDefault(File.Exists);
        if (path is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Headless = true,
            // The sandbox cannot run as root, which most containers do. The browser opens nothing but the emulator's page.
            Args = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
        });
    }

    /// <summary>A page with storage of its own. Skips the test if there is no browser.</summary>
    internal async Task<IPage> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, ForcedColors forced = ForcedColors.None)
    {
        if (_browser is null)
        {
            const string reason = "There is no Chromium on this host. Install it (Debian: eng/install-browser), or set TYPEDEVENTS_BROWSER to its path.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable(RequiredVariable) == "1", reason);
            Assert.Fail(reason);
        }

        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1360, Height = 760 },
            ColorScheme = scheme,
            ForcedColors = forced,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-US",
            TimezoneId = "UTC",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(15_000);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(address.AbsoluteUri);
        await page.Locator(".connection.is-connected").WaitForAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
