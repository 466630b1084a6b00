using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Credentials appear in nothing that is logged or shown.</summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task Neither_logs_nor_traces_nor_exceptions_nor_ToString_contain_credentials()
    {
        var seen = new StringBuilder();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TypedEventsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (seen)
                {
                    seen.Append(activity.DisplayName).Append(activity.StatusDescription).AppendJoin(';', activity.TagObjects);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        // Including exceptions that are caught inside.
        void Note(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            lock (seen)
            {
                seen.Append(thrown.Exception);
            }
        }

        AppDomain.CurrentDomain.FirstChanceException += Note;
        EventTrackerOptions? kept = null;
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => kept = options, new PacedClock());
        foreach (EmulatorBehavior behavior in new[]
        {
            EmulatorBehavior.RespondRaw(502, "text/html", "<h1>"),
            EmulatorBehavior.CutBeforeReading,
            EmulatorBehavior.Cut,
            EmulatorBehavior.LoseResponse,
            EmulatorBehavior.Respond(200, 0).CutHalfway(),
            EmulatorBehavior.RespondHuge(1024 * 1024),
            EmulatorBehavior.RespondRaw(200, "application/json", "{\"code\":"),
            EmulatorBehavior.Respond(302).WithHeader("Location", "http://127.0.0.1:1/"),
            EmulatorBehavior.Respond(400, 90400, "bad"),
            EmulatorBehavior.Respond(413),
            EmulatorBehavior.Respond(429).WithHeader("Retry-After", "1"),
            EmulatorBehavior.Respond(503, 50031),
            EmulatorBehavior.Respond(401, 40050, "no"),
        })
        {
            scenario.Emulator.RespondWith(behavior);
            int requests = scenario.Emulator.RequestCount;
            scenario.Track(new PageViewed("/"));
            scenario.Tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
            await scenario.RunUntilRequestsAsync(requests + 1);
        }

        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Blocked, result.Outcome);

        using EngageApi api = Trackers.CreateApi(scenario.Emulator);
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(
            () => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));
        string wrongOption = Assert.ThrowsAny<ArgumentException>(() => Trackers.Create(scenario.Emulator, options => options.MaxBatchEvents = 0)).ToString();

        AppDomain.CurrentDomain.FirstChanceException -= Note;

        // Other tests' trackers and exceptions go on meanwhile.
        string caught;
        lock (seen)
        {
            caught = seen.ToString();
        }

        string everything = string.Join('\n', scenario.Log.Text, caught, exception, wrongOption, kept, scenario.Tracker, api, result, scenario.Statistics);
        Assert.Contains("code 40050", everything, StringComparison.Ordinal);
        foreach (string secret in new[]
        {
            Trackers.ApiKey,
            Trackers.ApiSecret,
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Trackers.ApiKey}:{Trackers.ApiSecret}")),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Trackers.ApiSecret)),
        })
        {
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_dump_of_options_contains_the_secret_and_their_JSON_no_credentials()
    {
        foreach (object options in new object[]
        {
            new EventTrackerOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret },
            new EngageApiOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret },
            new EmulatorOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret },
        })
        {
            // What a log or a serializer sees: public getters.
            Assert.All(
                options.GetType().GetProperties().Where(property => property.GetMethod is { IsPublic: true, IsStatic: false }),
                property => Assert.NotEqual(Trackers.ApiSecret, property.GetValue(options)));
            Assert.DoesNotContain(Trackers.ApiSecret, options.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Trackers.ApiSecret, JsonSerializer.Serialize(options, options.GetType()), StringComparison.Ordinal);
        }

        string json = JsonSerializer.Serialize(new EventTrackerOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret })
            + JsonSerializer.Serialize(new EngageApiOptions { ApiKey = Trackers.ApiKey, ApiSecret = Trackers.ApiSecret });
        Assert.Contains("BaseAddress", json, StringComparison.Ordinal);
        Assert.DoesNotContain(Trackers.ApiKey, json, StringComparison.Ordinal);
        Assert.DoesNotContain(Trackers.ApiSecret, json, StringComparison.Ordinal);
    }
}
