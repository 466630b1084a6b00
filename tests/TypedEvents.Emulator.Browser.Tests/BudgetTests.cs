using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>
/// What the page may cost. TYPEDEVENTS_PAGE_SECONDS=60 has the load last a minute, as the recorded figures were measured; they are written
/// to the output.
/// </summary>
[CollectionDefinition(nameof(BudgetTests), DisableParallelization = true)]
[Collection(nameof(BudgetTests))]
public sealed class BudgetTests(Browser browser) : PageTest(browser)
{
    private const int EventsPerSecond = 2000;
    private const int MaxRowElements = 300;
    private const int LargeReport = 1000;

    private static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable("TYPEDEVENTS_PAGE_SECONDS") ?? "4", CultureInfo.InvariantCulture);

    private protected override EmulatorOptions Options => new() { Page = true, MaxEventsPerRequest = LargeReport };

    [Fact]
    public async Task Two_thousand_events_a_second_are_drawn_once_a_frame_without_a_lost_row()
    {
        IPage page = await OpenAsync();
        await page.EvaluateAsync("""
            () => {
              const measured = globalThis.measured = { writes: 0, framesWithWrites: 0, most: 0, frames: [], long: [], rows: 0 };
              let inFrame = 0, last = performance.now();
              new MutationObserver(() => { measured.writes++; inFrame++; }).observe(document.getElementById('app'), { childList: true, subtree: true, attributes: true, characterData: true });
              new PerformanceObserver(list => list.getEntries().forEach(entry => measured.long.push(entry.duration))).observe({ type: 'longtask' });
              const frame = now => {
                measured.frames.push(now - last); last = now;
                if (inFrame > 0) measured.framesWithWrites++;
                measured.most = Math.max(measured.most, inFrame); inFrame = 0;
                measured.rows = Math.max(measured.rows, document.querySelectorAll('.rows .row').length);
                requestAnimationFrame(frame);
              };
              requestAnimationFrame(frame);
            }
            """);
        int total = Seconds * EventsPerSecond;
        var watch = Stopwatch.StartNew();
        for (int sent = 0; sent < total; sent += 100)
        {
            int first = sent;
            await Sender.SendAsync(Enumerable.Range(first, 100).Select(i => Sender.Event("page_viewed", $$"""{"path":"/products/{{i}}"}""")));
            TimeSpan due = TimeSpan.FromSeconds((double)(sent + 100) / EventsPerSecond);
            if (due > watch.Elapsed)
            {
                await Task.Delay(due - watch.Elapsed, Cancellation);
            }
        }

        TimeSpan took = watch.Elapsed;
        await CaughtUpAsync(page, total);

        int[] held = await page.EvaluateAsync<int[]>("() => { const all = [...typedEventsPage.store.sequences, ...typedEventsPage.store.waiting]; return [all.length, all.filter((one, i) => i > 0 && one !== all[i - 1] + 1).length]; }");
        Assert.Equal(Math.Min(total, 100_000), held[0]);
        Assert.Equal(0, held[1]);
        Measured measured = await page.EvaluateAsync<Measured>("""
            () => {
              const sorted = measured.frames.sort((a, b) => a - b);
              const at = share => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
              return { most: measured.most, rows: measured.rows, count: sorted.length, median: at(.5), p95: at(.95), p99: at(.99), long: measured.long.length, longest: Math.max(0, ...measured.long) };
            }
            """);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{total} events in {took.TotalSeconds:F1} s: {measured.Count} frames, median {measured.Median:F1} ms, p95 {measured.P95:F1} ms, p99 {measured.P99:F1} ms; {measured.Long} long tasks, the longest {measured.Longest:F0} ms; at most {measured.Rows} rows"));
        Assert.InRange(measured.Most, 1, 1);
        Assert.InRange(measured.Rows, 1, MaxRowElements - 1);
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task A_hundred_thousand_events_can_be_scrolled_and_filtered()
    {
        // Large reports, so that the test sends few requests.
        for (int sent = 0; sent < 100_000; sent += LargeReport)
        {
            int first = sent;
            await Sender.SendAsync(Enumerable.Range(first, LargeReport).Select(i => Sender.Event(i % 1000 == 0 ? "order_placed" : "page_viewed", $$"""{"i":{{i}}}""")));
        }

        IPage page = await OpenAsync();
        await CaughtUpAsync(page, 100_000);
        Assert.Equal("100001", await page.Locator("#list").GetAttributeAsync("aria-rowcount"));

        foreach (int position in new[] { 50_000, 99_990, 10, 73_210 })
        {
            await page.Locator("#list").EvaluateAsync("(list, position) => { list.scrollTop = position * 30; }", position);
            string sequence = (100_000 - position).ToString(CultureInfo.InvariantCulture);
            await Assertions.Expect(page.Locator($"#row-{sequence} .summary")).ToHaveTextAsync($"i={100_000 - position - 1}");
            Assert.InRange(await Rows(page).CountAsync(), 1, MaxRowElements - 1);
        }

        await page.Locator("#event").FillAsync("order_placed");
        await page.Locator("#event").BlurAsync();
        await Assertions.Expect(page.Locator(".matches")).ToHaveTextAsync("100 match");
        Assert.Empty(Errors);
    }

    private sealed class Measured
    {
        public int Most { get; set; }

        public int Rows { get; set; }

        public int Count { get; set; }

        public double Median { get; set; }

        public double P95 { get; set; }

        public double P99 { get; set; }

        public int Long { get; set; }

        public double Longest { get; set; }
    }
}

/// <summary>A day's events, with a clock that runs faster.</summary>
public sealed class DayTests(Browser browser) : PageTest(browser)
{
    private const int Bound = 2000;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private protected override EmulatorOptions Options => new() { Page = true, MaxEvents = Bound, MaxRequests = Bound, TimeProvider = _clock };

    [Fact]
    public async Task A_day_of_events_stays_within_the_bound_and_the_page_says_what_was_dropped()
    {
        IPage page = await OpenAsync();
        for (int hour = 0; hour < 24; hour++)
        {
            for (int i = 0; i < 5; i++)
            {
                await Sender.SendAsync(Enumerable.Range(0, 100).Select(n => Sender.Event("page_viewed", $$"""{"hour":{{hour}}}""")));
                _clock.Advance(TimeSpan.FromMinutes(12));
            }
        }

        await CaughtUpAsync(page, 12_000);

        await Assertions.Expect(page.Locator(".is-dropped")).ToContainTextAsync("10,000 oldest dropped");
        await Assertions.Expect(page.Locator(".counts")).ToContainTextAsync("12,000 events");
        int[] held = await page.EvaluateAsync<int[]>("() => [typedEventsPage.store.sequences.length + typedEventsPage.store.waiting.length, typedEventsPage.store.cached]");
        Assert.Equal(Bound, held[0]);
        Assert.InRange(held[1], 1, 4000);
        Assert.Equal(Bound, Emulator.Events.Count);
        await page.Locator("#list").PressAsync("End");
        await Assertions.Expect(page.Locator("#row-10001 .summary")).ToHaveTextAsync("hour=20");
        Assert.Empty(Errors);
    }
}
