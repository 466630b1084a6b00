using TypedEvents.Emulator;

namespace TypedEvents.Benchmarks.Storefront;

/// <summary>Prints what <c>/health</c> answers in five states.</summary>
internal static class HealthStates
{
    private static readonly Uri Health = new("/health", UriKind.Relative);

    public static async Task PrintAsync(string program)
    {
        string folder = Directory.CreateTempSubdirectory("TypedEvents.Storefront.").FullName;
        try
        {
            await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync();
            (string, string)[] settings = StorefrontProcess.Settings(emulator);
            await PrintAsync("events are delivered", () => emulator.WaitForEventsAsync(1), [.. settings, ("EventsFile", "healthy.db")]);
            await PrintAsync("disabled on purpose", static () => Task.CompletedTask, [.. settings, ("TypedEvents:Enabled", "false")]);
            await PrintAsync("nothing is configured, in Development", static () => Task.CompletedTask, [("ASPNETCORE_ENVIRONMENT", "Development")]);
            emulator.RejectEvents(static received => received.Properties?.GetProperty("product_id").GetString() == "first");
            await PrintAsync("an event was rejected permanently, and others weren't", static () => Task.Delay(TimeSpan.FromSeconds(20)), [.. settings, ("EventsFile", "rejected.db")]);
            emulator.RejectEvents(null);
            emulator.UseCredentials("other", "other");
            await PrintAsync("the credentials are wrong, for longer than MaxPause", static () => Task.Delay(TimeSpan.FromSeconds(65)), [.. settings, ("EventsFile", "wrong.db")]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task PrintAsync(string state, Func<Task> wait, (string, string)[] settings)
        {
            using StorefrontProcess process = await StorefrontProcess.StartAsync(program, folder, settings);
            for (int i = 0; i < 10; i++)
            {
                await process.Client.GetStringAsync(new Uri($"/products/{i}", UriKind.Relative));
            }

            await wait();
            using HttpResponseMessage response = await process.Client.GetAsync(Health);
            Console.WriteLine($"{state}: {(int)response.StatusCode}\n{await response.Content.ReadAsStringAsync()}\n");
            process.Terminate();
            await process.WaitForExitAsync();
        }
    }
}
