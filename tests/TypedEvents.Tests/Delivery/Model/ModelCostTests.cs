namespace TypedEvents.Tests;

/// <summary>How many requests the delivery needs: the figures that docs/concepts/error-handling.md and docs/reliability.md publish.</summary>
public sealed class ModelCostTests
{
    private const int Runs = 60;

    [Fact]
    public void Ten_thousand_new_users_cost_at_most_110_registrations_and_each_is_asked_for_once()
    {
        using var world = new ModelWorld(1) { FirstExternalId = 1 };
        var server = new ModelServer(world.Random);
        for (int i = 1; i <= 10_000; i++)
        {
            world.Append(world.Prepare(i, "sign_up"));
        }

        world.Begin(server);
        world.Run(TimeSpan.FromMinutes(10), () => world.Delivered == 10_000);

        world.AssertNothingIsLost();
        Assert.InRange(server.Registrations, 100, 110);
        Assert.All(server.Asked.Values, asked => Assert.Equal(1, asked));
        TestContext.Current.TestOutputHelper?.WriteLine($"10,000 new users: {server.Registrations} registrations, {server.Requests} reports");
    }

    /// <summary>
    /// The seeds are fixed, and so are the figures: 2,000 seeds come to the same averages, and to at most 11, 25, 50, 84 and 217 requests
    /// for 1, 2, 5, 10 and 50 bad events.
    /// </summary>
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 10.1, 11)]
    [InlineData(2, 19.1, 23)]
    [InlineData(5, 42.3, 47)]
    [InlineData(10, 73.6, 80)]
    [InlineData(50, 202, 212)]
    [InlineData(100, 246, 262)]
    public void Bad_events_in_a_hundred_cost_a_bounded_number_of_requests(int bad, double averageAtMost, int atMost)
    {
        List<int> requests = [];
        for (int seed = 0; seed < Runs; seed++)
        {
            using var world = new ModelWorld(seed);
            var server = new ModelServer(world.Random);
            int counted = 0;
            server.Rules.Add((_, events) =>
            {
                // What holds nothing but a proof doesn't count.
                counted += events.Any(sent => sent.Number < 100) ? 1 : 0;
                return null;
            });
            for (int i = 0; i < 100; i++)
            {
                world.Append(1, $"name_{i}");
            }

            foreach (int number in Enumerable.Range(0, 100).OrderBy(_ => world.Random.Next()).Take(bad))
            {
                world.Events[number].IsBad = true;
            }

            world.Begin(server);
            world.Run(TimeSpan.FromSeconds(20));
            while (world.DeadLetters < bad)
            {
                // What came last has its proof with the next event that is accepted.
                world.Append(1, "proof");
                world.Run(world.Now + TimeSpan.FromSeconds(5));
            }

            world.AssertNothingIsLost();
            requests.Add(counted);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{bad} bad of 100: {requests.Average():F1} requests on average, {requests.Max()} at most");
        Assert.True(requests.Average() <= averageAtMost, $"{requests.Average():F1} on average");
        Assert.True(requests.Max() <= atMost, $"{requests.Max()} at most");
    }
}
