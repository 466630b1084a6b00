using System.Text.Json;
using Microsoft.Playwright;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>What a reader does on the page.</summary>
public sealed class InteractionTests(Browser browser) : PageTest(browser)
{
    private protected override EmulatorOptions Options => new()
    {
        Page = true,
        Plan = """
            { "plan": 1, "events": {
              "trial_started": { "type": "Acme.TrialStarted", "owner": "@acme", "description": "A trial.", "properties": {
                "plan": { "type": "string", "required": true, "values": ["free", "pro"] }, "seats": { "type": "integer", "min": 1 } } },
              "page_viewed": { "properties": { "path": { "type": "string" } } },
              "never_sent": { "properties": {} } } }
            """,
    };

    [Fact]
    public async Task Events_appear_as_they_arrive_newest_first()
    {
        IPage page = await OpenAsync();
        await Assertions.Expect(page.GetByText("No events yet")).ToBeVisibleAsync();

        await Sender.RegisterAsync("user-7");
        await Sender.SendAsync(Sender.Event("page_viewed", """{"path":"/"}""", euid: 10000091198));
        await Sender.SendAsync(Sender.Event("trial_started", """{"plan":"gold","seats":0}"""));

        await RowsAsync(page, 2);
        string[] rows = [.. await Rows(page).AllInnerTextsAsync()];
        Assert.Contains("trial_started", rows[0], StringComparison.Ordinal);
        Assert.Contains("✗ 2 problems", rows[0], StringComparison.Ordinal);
        Assert.Contains("user-7", rows[1], StringComparison.Ordinal);
        Assert.Contains("path=/", rows[1], StringComparison.Ordinal);
        Assert.Contains("✓ ok", rows[1], StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".counts")).ToContainTextAsync("2 events");
        await Assertions.Expect(page.Locator(".counts")).ToContainTextAsync("1 breaks plan");
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task Nothing_moves_while_the_reader_has_scrolled_and_new_events_are_counted()
    {
        await SendManyAsync(200);
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 200);
        await page.Locator("#list").EvaluateAsync("list => { list.scrollTop = 900; }");
        await FramesAsync(page);
        string[] before = [.. await Rows(page).AllInnerTextsAsync()];

        await SendManyAsync(6);
        await CaughtUpAsync(page, 206);

        await Assertions.Expect(page.Locator(".new")).ToContainTextAsync("6 new");
        Assert.Equal(before, await Rows(page).AllInnerTextsAsync());
        Assert.Equal(900, await page.Locator("#list").EvaluateAsync<int>("list => list.scrollTop"));

        await page.Locator(".new").ClickAsync();
        await UntilAsync(() => FirstAsync(page), first => first == "206");
        await Assertions.Expect(page.Locator(".new")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Nothing_moves_while_an_event_is_selected()
    {
        await SendManyAsync(3);
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 3);
        await Rows(page).Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator("#details h2")).ToContainTextAsync("page_viewed");

        await SendManyAsync(1);

        await Assertions.Expect(page.Locator(".new")).ToContainTextAsync("1 new");
        Assert.Equal("3", await FirstAsync(page));
        Assert.Contains("open=2", page.Url, StringComparison.Ordinal);

        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#details")).ToHaveCountAsync(0);
        Assert.Equal("list", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        await page.Keyboard.PressAsync("Escape");
        await UntilAsync(() => FirstAsync(page), first => first == "4");
    }

    [Fact]
    public async Task Pause_goes_on_collecting()
    {
        IPage page = await OpenAsync();
        await page.Keyboard.PressAsync("p");
        await SendManyAsync(5);

        await Assertions.Expect(page.Locator(".new")).ToContainTextAsync("5 new, paused");
        await RowsAsync(page, 0);

        await page.Keyboard.PressAsync("p");
        await RowsAsync(page, 5);
    }

    [Fact]
    public async Task Filters_work_while_paused_and_are_in_the_address()
    {
        await Sender.SendAsync(Sender.Event("trial_started", """{"plan":"pro","seats":3}"""), Sender.Event("page_viewed", """{"path":"/café"}"""));
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 2);
        await page.Keyboard.PressAsync("p");

        await page.Locator("#event").FillAsync("trial_started");
        await page.Locator("#event").BlurAsync();
        await RowsAsync(page, 1);
        await Assertions.Expect(page.Locator(".matches")).ToHaveTextAsync("1 match");
        Assert.Contains("event=trial_started", page.Url, StringComparison.Ordinal);

        IPage other = await OpenAsync(new Uri(page.Url).Query);
        await RowsAsync(other, 1);
        Assert.Equal("trial_started", await other.Locator("#event").InputValueAsync());

        await page.Locator("#show-all").ClickAsync();
        await RowsAsync(page, 2);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("CAFÉ");
        await RowsAsync(page, 1);
        await page.Locator("#search").FillAsync("");
        await RowsAsync(page, 2);
        await page.Locator("#status").SelectOptionAsync("breaks");
        await Assertions.Expect(page.GetByText("No stored event matches")).ToBeVisibleAsync();
        await page.Locator(".empty .link").ClickAsync();
        await RowsAsync(page, 2);
        Assert.DoesNotContain("?", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_applies_to_events_that_arrive_later_and_to_those_that_are_not_loaded()
    {
        for (int i = 0; i < 12; i++)
        {
            await Sender.SendAsync(Enumerable.Range(0, 100).Select(n => Sender.Event(n == 50 ? "trial_started" : "page_viewed")));
        }

        IPage page = await OpenAsync("?event=trial_started");
        await RowsAsync(page, 12);
        await Sender.SendAsync(Sender.Event("page_viewed"), Sender.Event("trial_started"));
        await RowsAsync(page, 13);
    }

    [Fact]
    public async Task A_line_divides_what_arrived_before_from_what_arrives_from_here()
    {
        await SendManyAsync(2);
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 2);
        await page.Keyboard.PressAsync("m");
        await SendManyAsync(1);
        await RowsAsync(page, 3);

        Assert.Equal("2", await page.Locator(".row.is-mark").GetAttributeAsync("data-sequence"));
        await page.GetByText("Only after the line").ClickAsync();
        await RowsAsync(page, 1);
        await page.GetByText("Only after the line").ClickAsync();
        await RowsAsync(page, 3);
    }

    [Fact]
    public async Task Clearing_can_be_undone()
    {
        await SendManyAsync(3);
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 3);

        await page.Keyboard.PressAsync("x");
        await RowsAsync(page, 0);
        await SendManyAsync(1);
        await RowsAsync(page, 1);
        await page.GetByText("Undo").ClickAsync();

        await RowsAsync(page, 4);
        Assert.Equal(4, Emulator.Events.Count);
    }

    [Fact]
    public async Task Clearing_is_final_after_ten_seconds()
    {
        await SendManyAsync(3);
        IPage page = await OpenAsync();
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await page.Clock.InstallAsync(new() { TimeDate = start });
        await page.ReloadAsync();
        await CaughtUpAsync(page, 3);
        await page.Clock.PauseAtAsync(start.AddHours(1));
        await page.Keyboard.PressAsync("x");

        await page.Clock.RunForAsync(9_900);
        Assert.Equal(3, await StoredAsync());
        await page.Clock.RunForAsync(200);

        await UntilAsync(StoredAsync, stored => stored == 0);
    }

    [Fact]
    public async Task Details_compare_each_value_with_the_plan()
    {
        await Sender.SendAsync(Sender.Event("trial_started", """{"seats":0,"plam":"pro"}"""));
        IPage page = await OpenAsync();
        await Rows(page).First.ClickAsync();

        ILocator table = page.Locator(".properties");
        await Assertions.Expect(table).ToContainTextAsync("✗ below 1");
        await Assertions.Expect(table).ToContainTextAsync("✗ missing");
        await Assertions.Expect(table).ToContainTextAsync("did you mean plan?");
        await Assertions.Expect(page.Locator("#details")).ToContainTextAsync("@acme");

        await page.GetByRole(AriaRole.Button, new() { Name = "raw" }).ClickAsync();
        await Assertions.Expect(page.Locator("#details pre")).ToContainTextAsync("\"plam\":\"pro\"");
        await page.GetByRole(AriaRole.Button, new() { Name = "request", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#details")).ToContainTextAsync("/v1/event/report");
        await Assertions.Expect(page.Locator("#details")).ToContainTextAsync("success");
        await Assertions.Expect(page.Locator("#details")).Not.ToContainTextAsync("Basic");
        await page.GetByRole(AriaRole.Button, new() { Name = "plan", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#details")).ToContainTextAsync("Acme.TrialStarted");
    }

    [Fact]
    public async Task Clicking_a_value_filters_by_it()
    {
        await Sender.SendAsync(Sender.Event("trial_started", """{"plan":"pro"}"""), Sender.Event("page_viewed", """{"path":"/x"}"""), Sender.Event("page_viewed", """{"path":"pro"}"""));
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 3);
        await Rows(page).Nth(2).ClickAsync();

        await page.Locator(".properties .value").First.ClickAsync();
        await RowsAsync(page, 2);
        await page.Locator("#details h2 .value").ClickAsync();
        await RowsAsync(page, 1);
        Assert.Contains("search=pro", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflicting_repeats_are_compared_byte_by_byte()
    {
        await Sender.SendAsync(Sender.Event("page_viewed", """{"path":"/left"}""", id: "same"));
        await Sender.SendAsync(Sender.Event("page_viewed", """{"path":"/left"}""", id: "same"));
        await Sender.SendAsync(Sender.Event("page_viewed", """{"path":"/right"}""", id: "same"));
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 3);
        await Assertions.Expect(Rows(page).Nth(0)).ToContainTextAsync("≠ conflict ×3");
        await Assertions.Expect(Rows(page).Nth(1)).ToContainTextAsync("↻ sent ×2");

        await Rows(page).First.ClickAsync();
        await page.GetByText("Compare").ClickAsync();

        await Assertions.Expect(page.Locator("del")).ToHaveTextAsync("lef");
        await Assertions.Expect(page.Locator("ins")).ToHaveTextAsync("righ");
        await Assertions.Expect(page.Locator(".repeats")).ToContainTextAsync("the same bytes as #1");
    }

    [Fact]
    public async Task An_event_is_copied_as_JSON_CSharp_test_and_curl_without_secrets()
    {
        string json = Sender.Event("trial_started", """{"plan":"p\"ro","seats":9007199254740993}""", id: "it's");
        await Sender.SendAsync(json);
        IPage page = await OpenAsync();
        await Rows(page).First.ClickAsync();
        await Assertions.Expect(page.Locator(".copy")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("c");
        Assert.Equal(json, await UntilAsync(() => ClipboardAsync(page), text => text.Length > 0));
        await CopyAsync("C#");
        Assert.Equal("""new TrialStarted(Plan: "p\"ro", Seats: 9007199254740993)""", await ClipboardAsync(page));
        await CopyAsync("test");
        string test = await ClipboardAsync(page);
        Assert.Contains("""Assert.Equal("trial_started", received.EventName);""", test, StringComparison.Ordinal);
        Assert.Contains("""Assert.Equal(9007199254740993, properties.GetProperty("seats").GetInt64());""", test, StringComparison.Ordinal);
        await CopyAsync("curl");
        string curl = await ClipboardAsync(page);
        Assert.Contains("-u \"$ENGAGELAB_API_KEY:$ENGAGELAB_API_SECRET\"", curl, StringComparison.Ordinal);
        Assert.Contains("it'\\''s", curl, StringComparison.Ordinal);
        Assert.DoesNotContain("Basic", curl, StringComparison.Ordinal);

        async Task CopyAsync(string what)
        {
            string before = await ClipboardAsync(page);
            await page.Locator(".copy").GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
            await UntilAsync(() => ClipboardAsync(page), text => text != before);
        }
    }

    [Fact]
    public async Task Keys_move_open_and_switch_and_are_off_in_fields_and_can_be_turned_off()
    {
        await Sender.SendAsync(Sender.Event("trial_started"), Sender.Event("page_viewed"), Sender.Event("trial_started"));
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 3);

        await page.Keyboard.PressAsync("j");
        await ActiveAsync("row-3");
        await page.Keyboard.PressAsync("n");
        await ActiveAsync("row-1");
        await page.Keyboard.PressAsync("k");
        await ActiveAsync("row-2");
        await page.Locator("#list").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await ActiveAsync("row-1");
        await page.Keyboard.PressAsync("Enter");
        await UntilAsync(() => page.EvaluateAsync<string>("() => document.activeElement.id"), id => id == "details");
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("2");
        await Assertions.Expect(page.Locator("#panel-title")).ToHaveTextAsync("Requests");
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("#help")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#help")).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("p2");
        Assert.Equal("p2", await page.Locator("#search").InputValueAsync());
        await Assertions.Expect(page.Locator(".toggle").First).ToHaveAttributeAsync("aria-pressed", "false");
        await page.Keyboard.PressAsync("Escape");

        await page.GetByLabel("Settings").ClickAsync();
        await page.Locator("#keys").UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#list").FocusAsync();
        await page.Keyboard.PressAsync("p");
        await FramesAsync(page);
        await Assertions.Expect(page.Locator(".toggle").First).ToHaveAttributeAsync("aria-pressed", "false");

        async Task ActiveAsync(string id) => await UntilAsync(async () => await page.Locator("#list").GetAttributeAsync("aria-activedescendant") ?? "", active => active == id);
    }

    [Fact]
    public async Task Tabs_show_requests_users_the_plan_and_simulated_failures()
    {
        await Sender.RegisterAsync("user-7");
        await Sender.SendAsync(Sender.Event("trial_started", """{"plan":"pro","seats":1}""", euid: 10000091198));
        await Sender.PostAsync("v1/event/report", "{}", request => request.Headers.Authorization = null);
        IPage page = await OpenAsync("?tab=requests");

        await Assertions.Expect(page.Locator(".panel tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".panel tbody tr").First).ToContainTextAsync("401 40050");
        await page.Locator(".panel tbody .value").First.ClickAsync();
        await Assertions.Expect(page.Locator(".details")).ToContainTextAsync("authentication is missing or invalid");

        await page.Keyboard.PressAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "user-7" }).ClickAsync();
        await RowsAsync(page, 1);

        await page.Keyboard.PressAsync("4");
        await Assertions.Expect(page.Locator(".panel")).ToContainTextAsync("1 of 3 events of the plan were received");
        await Assertions.Expect(page.Locator("tr.is-unseen")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".panel")).ToContainTextAsync("plan=free");

        await page.Keyboard.PressAsync("5");
        await page.Locator("#times").FillAsync("2");
        await page.GetByText("HTTP 503").ClickAsync();
        await Assertions.Expect(page.Locator(".panel")).ToContainTextAsync("2 of the next requests will fail");
        Assert.Equal(503, await Sender.SendAsync(Sender.Event("trial_started")));
        await page.GetByText("Respond normally").First.ClickAsync();
        await Assertions.Expect(page.Locator(".panel")).ToContainTextAsync("responds as EngageLab does");
        Assert.Equal(200, await Sender.SendAsync(Sender.Event("trial_started")));
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task A_page_that_was_offline_catches_up()
    {
        await SendManyAsync(1);
        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 1);
        await page.EvaluateAsync("() => { typedEventsPage.store.disconnect(); }");
        await SendManyAsync(4);
        await page.EvaluateAsync("() => { typedEventsPage.store.connect(); }");
        await RowsAsync(page, 5);
    }

    [Fact]
    public async Task The_theme_can_be_chosen()
    {
        IPage page = await OpenAsync();
        await page.GetByLabel("Settings").ClickAsync();
        await page.GetByLabel("dark").CheckAsync();
        Assert.Equal("dark", await page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
        await page.ReloadAsync();
        Assert.Equal("dark", await page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
        Assert.Empty(Errors);
    }

    private async Task<int> StoredAsync()
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(Emulator.PageAddress!, "events"), Cancellation));
        return document.RootElement.GetProperty("rows").GetArrayLength();
    }

    private Task<int> SendManyAsync(int count) => SendInBatchesAsync(Enumerable.Range(0, count).Select(i => Sender.Event("page_viewed", $$"""{"path":"/{{i}}"}""")));

    private async Task<int> SendInBatchesAsync(IEnumerable<string> events)
    {
        int status = 0;
        foreach (string[] batch in events.Chunk(100))
        {
            status = await Sender.SendAsync(batch);
        }

        return status;
    }
}
