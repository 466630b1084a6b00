using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>The page for people who use a keyboard, a screen reader, or colours of their own.</summary>
public sealed class AccessibilityTests(Browser browser) : PageTest(browser)
{
    private protected override EmulatorOptions Options => PictureTests.Storefront;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing(ColorScheme scheme)
    {
        await PictureTests.SendAsync(Sender);
        string[] queries = scheme == ColorScheme.Light
            ? ["", "?open=2", "?tab=requests", "?tab=users", "?tab=plan", "?tab=misbehave", "?search=nothing-has-this"]
            : ["?open=2", "?tab=plan"];
        foreach (string query in queries)
        {
            IPage page = await OpenAsync(query, scheme);
            await CaughtUpAsync(page, 1);
            if (query.Contains("open", StringComparison.Ordinal))
            {
                await page.Locator("#details h2").WaitForAsync();
            }

            AxeResult result = await page.RunAxe();
            Assert.True(
                result.Violations.Length == 0,
                $"{query} {scheme}: {string.Join("; ", result.Violations.Select(violation => $"{violation.Id}: {violation.Help} at {string.Join(", ", violation.Nodes.Take(3).Select(node => node.Html))}"))}");
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task The_list_is_one_tab_stop_and_a_grid_of_all_rows()
    {
        for (int i = 0; i < 3; i++)
        {
            await Sender.SendAsync(Enumerable.Range(0, 100).Select(_ => Sender.Event("page_viewed")));
        }

        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 300);
        ILocator grid = page.GetByRole(AriaRole.Grid, new() { Name = "Events, newest first" });

        Assert.Equal("301", await grid.GetAttributeAsync("aria-rowcount"));
        Assert.Equal(0, await grid.Locator("[tabindex], button, a, input").CountAsync());
        await grid.FocusAsync();
        await page.Keyboard.PressAsync("End");
        await FramesAsync(page);
        string active = (await grid.GetAttributeAsync("aria-activedescendant"))!;
        ILocator row = page.Locator("#" + active);
        Assert.Equal(("row", "301", "true"), (await row.GetAttributeAsync("role"), await row.GetAttributeAsync("aria-rowindex"), await row.GetAttributeAsync("aria-selected")));
        string tree = await grid.AriaSnapshotAsync();
        Assert.Contains("columnheader \"Event\"", tree, StringComparison.Ordinal);
        Assert.Contains("gridcell \"page_viewed\"", tree, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Screen_readers_hear_of_new_events_at_most_each_five_seconds()
    {
        IPage page = await OpenAsync();
        await page.EvaluateAsync("""
            () => {
              globalThis.announcements = [];
              new MutationObserver(() => announcements.push(document.getElementById('announcement').textContent))
                .observe(document.getElementById('announcement'), { childList: true, characterData: true, subtree: true });
            }
            """);
        for (int i = 0; i < 20; i++)
        {
            await Sender.SendAsync(Sender.Event("page_viewed"));
        }

        await RowsAsync(page, 20);
        Assert.InRange(await page.EvaluateAsync<int>("() => announcements.length"), 0, 1);
        Assert.Equal("polite", await page.Locator("#announcement").GetAttributeAsync("aria-live"));
    }

    [Fact]
    public async Task With_forced_colors_the_selection_is_still_visible()
    {
        await PictureTests.SendAsync(Sender);
        IPage page = await OpenAsync("?open=2", forced: ForcedColors.Active);
        await page.Locator(".row.is-cursor").WaitForAsync();

        Assert.Equal("solid", await page.Locator(".row.is-cursor").EvaluateAsync<string>("row => getComputedStyle(row).outlineStyle"));
    }
}
