using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>The picture of the page in the README is one of today's page: UPDATE_PICTURES=1 writes it.</summary>
public sealed class PictureTests(Browser browser) : PageTest(browser)
{
    private const int MaxPictureBytes = 250 * 1024;

    internal static EmulatorOptions Storefront => new()
    {
        Page = true,
        Plan = """
            { "plan": 1, "events": {
              "trial_started": { "description": "A customer began a trial.", "owner": "@acme/growth", "type": "Acme.Billing.TrialStarted", "properties": {
                "company": { "type": "string", "required": true, "minLength": 2 }, "plan": { "type": "string", "required": true, "values": ["free", "pro"] },
                "seats": { "type": "integer", "required": true, "min": 1, "max": 100 }, "campaign": { "type": "string" } } },
              "page_viewed": { "properties": { "path": { "type": "string", "required": true } } },
              "order_placed": { "owner": "@acme/shop", "properties": { "total": { "type": "number", "required": true }, "currency": { "type": "string", "required": true }, "items": { "type": "string[]" } } },
              "sign_up": { "properties": { "plan": { "type": "string", "required": true }, "seats": { "type": "integer" } } },
              "trial_ended": { "properties": { "reason": { "type": "string" } } } },
              "source": { "trial_started": { "sent": [ { "file": "src/Billing/Trials.cs", "line": 88 } ] } } }
            """,
    };

    private protected override EmulatorOptions Options => Storefront;

    internal static async Task SendAsync(Sender sender)
    {
        await sender.RegisterAsync("ada", "grace", "margaret");
        await sender.SendAsync(Sender.Event("sign_up", """{"plan":"pro","seats":3}""", euid: 10000091198));
        await sender.SendAsync(Sender.Event("trial_started", """{"campain":"spring","plan":"pro","seats":0}""", euid: 10000091198));
        await sender.SendAsync(Sender.Event("page_viewed", """{"path":"/pricing"}""", euid: 10000091199), Sender.Event("page_viewed", """{"path":"/"}""", euid: 10000091200));
        string order = Sender.Event("order_placed", """{"total":548.90,"currency":"EUR","items":["keyboard","café crème ☕"]}""", id: "order-1", euid: 10000091200);
        await sender.SendAsync(order);
        await sender.SendAsync(order);
        await sender.PostAsync("v1/event/report", $$"""{"data":[{{Sender.Event("sign_up", """{"plan":"free","seats":1}""", euid: 10000091199)}}]}""", request => request.Headers.Authorization = null);
        await sender.SendAsync(Enumerable.Range(0, 12).Select(i => Sender.Event("page_viewed", $$"""{"path":"/products/{{i * 37}}"}""", euid: 10000091198 + (i % 3))));
        await sender.SendAsync(Sender.Event("order_placed", """{"total":"12.50","currency":"EUR"}""", euid: 10000091199));
        await sender.SendAsync(Sender.Event("trial_started", """{"company":"Analytical Engines","plan":"pro","seats":12}""", euid: 10000091198));
    }

    [Theory]
    [InlineData(ColorScheme.Light, "emulator-page.png")]
    [InlineData(ColorScheme.Dark, "emulator-page-dark.png")]
    public async Task The_page_can_be_pictured(ColorScheme scheme, string name)
    {
        await SendAsync(Sender);
        IPage page = await OpenAsync("?open=2", scheme);
        await page.SetViewportSizeAsync(1280, 620);
        await page.Locator(".properties").WaitForAsync();
        await CaughtUpAsync(page, 20);

        byte[] picture = await page.ScreenshotAsync();

        Assert.InRange(picture.Length, 10_000, MaxPictureBytes);
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1")
        {
            await File.WriteAllBytesAsync(Path.Combine(Folder(), "../../docs/pictures", name), picture, Cancellation);
        }

        Assert.True(File.Exists(Path.Combine(Folder(), "../../docs/pictures", name)), $"docs/pictures/{name} is missing: run with UPDATE_PICTURES=1.");
        Assert.Empty(Errors);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
