using System.Text.Json;
using Microsoft.Playwright;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>Whatever a client sends is shown as text.</summary>
public sealed class HostileTests(Browser browser) : PageTest(browser)
{
    private const int Count = 500;

    private static readonly string[] Templates =
    [
        "<script>pwned({0})</script>", "<img src=x onerror=pwned({0})>", "\"><svg onload=pwned({0})>", "'><iframe srcdoc=\"<script>parent.pwned({0})</script>\">",
        "javascript:pwned({0})", "</pre><script>pwned({0})</script>", "</title><script>pwned({0})</script>", "<!--{0}--><script>pwned()</script>", "${{pwned({0})}}", "{{{{constructor.constructor('pwned({0})')()}}}}",
        "<style>@import 'http://127.0.0.1:1/{0}'</style>", "<a href=\"javascript:pwned({0})\">x</a>", "<math><mtext></form><form><mglyph><style></math><img src onerror=pwned({0})>", "]]><script>pwned({0})</script>",
        "\u0000\u0001\u001b[31m{0}", "\u202e{0}\u2066abc\u200f", "\n\ndata: {{\"rows\":[]}}\nevent: hello\nid: {0}\n", "\u2028pwned({0})\u2029", "\ud83d\ude00{0}\u0301\u0301\u0301", "lit$0.{0}$<?lit$", "<?lit$0.{0}$>",
        "<template shadowrootmode=open><script>pwned({0})</script></template>", "<link rel=stylesheet href=//127.0.0.1:1/{0}>", "<base href=//127.0.0.1:1/{0}>", "%3Cscript%3Epwned({0})%3C/script%3E", "&lt;script&gt;pwned({0})&lt;/script&gt;", "__proto__{0}",
    ];

    [Fact]
    public async Task Hostile_strings_are_shown_as_text_and_run_no_script()
    {
        string[] hostile = [.. Enumerable.Range(0, Count).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, Templates[i % Templates.Length], i))];
        foreach (string[] users in hostile.Where(text => text.Length <= 256).Chunk(100))
        {
            Assert.Equal(200, await Sender.RegisterAsync(users));
        }

        // Names, values, lists, ids, application keys and headers. Event names are limited to snake_case by the API, as is tested below.
        foreach ((int batch, string[] texts) in hostile.Chunk(100).Index())
        {
            string events = string.Join(',', texts.Select((text, i) => Sender.Event(
                "hostile", $$"""{{{Sender.Quote(text)}}:{{Sender.Quote(text)}},"list":[{{Sender.Quote(text)}}]}""", id: text, euid: 10000091198 + (batch * 100) + i)));
            int status = await Sender.PostAsync(
                "v1/event/report",
                $$"""{"app_key":{{Sender.Quote(texts[0])}},"data":[{{events}}]}""",
                request =>
                {
                    request.Headers.TryAddWithoutValidation("User-Agent", string.Concat(texts[1].Where(char.IsAscii).Where(letter => !char.IsControl(letter))));
                    request.Headers.TryAddWithoutValidation("X-Hostile", string.Concat(texts[2].Where(char.IsAscii).Where(letter => !char.IsControl(letter))));
                });
            Assert.Equal(200, status);
        }

        await Sender.PostAsync("v1/event/report", """{"data":[{"euid":1,"event_name":"<img src=x onerror=pwned(0)>","itime":1}]}""");
        IPage page = await OpenAsync();
        List<string> requested = [];
        page.Request += (_, request) => requested.Add(request.Url);
        await page.EvaluateAsync("() => { globalThis.ran = 0; globalThis.pwned = () => { globalThis.ran++; }; addEventListener('securitypolicyviolation', () => globalThis.ran++); }");
        await CaughtUpAsync(page, Count);

        // Every row is drawn, and the details of one of each kind in all their parts.
        for (int top = 0; top <= Count * 30; top += 600)
        {
            await page.Locator("#list").EvaluateAsync("(list, top) => { list.scrollTop = top; }", top);
            await FramesAsync(page);
        }

        for (int i = 0; i < Templates.Length; i++)
        {
            await page.EvaluateAsync("number => document.querySelector('#list').dispatchEvent(new KeyboardEvent('keydown', { key: number === 0 ? 'End' : 'ArrowUp', bubbles: true, cancelable: true }))", i);
            if (i == 0)
            {
                await page.Locator("#list").PressAsync("Enter");
            }

            await page.WaitForFunctionAsync("sequence => typedEventsPage.state.open?.event?.row.sequence === sequence", i + 1);
            await FramesAsync(page);
            string value = await page.Locator(".properties .value").First.InnerTextAsync();
            Assert.StartsWith("\"", value, StringComparison.Ordinal);
            foreach (string view in new[] { "raw", "request", "pretty" })
            {
                await page.Locator(".views").GetByText(view, new() { Exact = true }).ClickAsync();
            }
        }

        string shown = await page.Locator(".properties tbody th").First.InnerTextAsync();
        using (JsonDocument last = JsonDocument.Parse(Emulator.Events[Templates.Length - 1].Json))
        {
            Assert.Equal(last.RootElement.GetProperty("random_id").GetString()!.Trim(), shown);
        }

        foreach (string tab in new[] { "2", "3", "4", "5" })
        {
            await page.Keyboard.PressAsync(tab);
            await FramesAsync(page);
            await FramesAsync(page);
        }

        Assert.Equal(0, await page.EvaluateAsync<int>("() => globalThis.ran"));
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.querySelectorAll('#app script, #app iframe, #app style, #app link, #app base, #app img:not(h1 img), #app template').length"));
        Assert.All(requested, url => Assert.StartsWith(Emulator.BaseAddress.AbsoluteUri, url, StringComparison.Ordinal));
        Assert.Empty(Errors);
    }
}
