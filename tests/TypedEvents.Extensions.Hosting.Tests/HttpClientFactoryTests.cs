using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Hosting.Tests
{
    /// <summary>A client of the container's factory, which is only used where the application says so.</summary>
    public sealed class HttpClientFactoryTests
    {
        [Fact]
        public async Task Handlers_that_retry_are_taken_out_whatever_the_order()
        {
            await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
            emulator.Next(EmulatorBehavior.Respond(503), count: 3);
            int attempts = 0;
            ServiceCollection services = Hosts.Services(emulator);
            services.AddLogging();
            services.ConfigureHttpClientDefaults(static client => client.AddStandardResilienceHandler());
            services.AddTypedEvents(options => options.ShutdownTimeout = TimeSpan.FromMinutes(5)).UseHttpClientFactory(client =>
            {
                client.AddHttpMessageHandler(static () => new Microsoft.Extensions.Http.PolicyHttpMessageHandler());
                client.ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Insert(0, new CountingHandler(() => attempts++)));
            });
            services.ConfigureHttpClientDefaults(static client => client.AddHttpMessageHandler(static () => new Microsoft.Extensions.Http.PolicyHttpMessageHandler()));
            await using ServiceProvider provider = services.BuildServiceProvider();
            EventTracker tracker = provider.GetRequiredService<EventTracker>();
            tracker.Track(Trackers.Alice, new PageViewed("/"));

            FlushResult result = await tracker.StopAsync(Trackers.Cancellation);

            Trackers.AssertAccountingInvariants(result, tracked: 1);
            Assert.Equal((1L, 4, 4), (result.Outbox!.Delivered, attempts, emulator.RequestCount));
        }

        [Fact]
        public async Task The_factorys_log_does_not_hold_the_credentials()
        {
            await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
            using var log = new CapturingLogger();
            ServiceCollection services = Hosts.Services(emulator);
            services.AddSingleton<ILoggerFactory>(log);
            services.AddTypedEvents().UseHttpClientFactory();
            await using ServiceProvider provider = services.BuildServiceProvider();
            EventTracker tracker = provider.GetRequiredService<EventTracker>();
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            await tracker.StopAsync(Trackers.Cancellation);

            Assert.Contains("Authorization: *", log.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Trackers.ApiKey}:{Trackers.ApiSecret}")), log.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Trackers.ApiSecret, log.Text, StringComparison.Ordinal);
        }

        [Fact]
        public async Task Without_the_call_the_factory_is_not_used()
        {
            await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
            ServiceCollection services = Hosts.Services(emulator);
            services.AddHttpClient();
            services.ConfigureHttpClientDefaults(static client => client.AddHttpMessageHandler(static () => new Microsoft.Extensions.Http.PolicyHttpMessageHandler()));
            services.AddTypedEvents();
            await using ServiceProvider provider = services.BuildServiceProvider();
            EventTracker tracker = provider.GetRequiredService<EventTracker>();
            emulator.Next(EmulatorBehavior.Respond(400, 1, "no"));
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            await tracker.FlushAsync(Trackers.Cancellation);
            Assert.Equal(1, emulator.RequestCount);
        }

        [Fact]
        public async Task A_primary_handler_of_the_application_is_used()
        {
            await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
            int requests = 0;
            ServiceCollection services = Hosts.Services(emulator);
            services.AddTypedEvents().UseHttpClientFactory(client => client.AddHttpMessageHandler(() => new CountingHandler(() => requests++))).UseHttpClientFactory();
            await using ServiceProvider provider = services.BuildServiceProvider();
            EventTracker tracker = provider.GetRequiredService<EventTracker>();
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            await tracker.StopAsync(Trackers.Cancellation);
            Assert.Equal((1, 1), (requests, emulator.EventCount));
        }

        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public async Task A_primary_handler_that_the_application_sets_for_all_clients_is_used(bool isSetFirst)
        {
            await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
            int requests = 0;
            ServiceCollection services = Hosts.Services(emulator);
            if (isSetFirst)
            {
                SetForAll();
            }

            services.AddTypedEvents().UseHttpClientFactory();
            if (!isSetFirst)
            {
                SetForAll();
            }

            await using ServiceProvider provider = services.BuildServiceProvider();
            EventTracker tracker = provider.GetRequiredService<EventTracker>();
            tracker.Track(Trackers.Alice, new PageViewed("/"));
            await tracker.StopAsync(Trackers.Cancellation);
            Assert.Equal((1, 1), (requests, emulator.EventCount));

            void SetForAll() => services.ConfigureHttpClientDefaults(client =>
                client.ConfigurePrimaryHttpMessageHandler(() => new CountingHandler(() => requests++) { InnerHandler = new SocketsHttpHandler() }));
        }

        [Fact]
        public void The_primary_handler_is_that_of_a_tracker_without_a_factory_and_only_the_trackers()
        {
            ServiceCollection services = Hosts.Services(Hosts.Configuration());
            services.AddTypedEvents().UseHttpClientFactory();
            services.AddKeyedTypedEvents("audit").UseHttpClientFactory();
            services.AddHttpClient("other");
            using ServiceProvider provider = services.BuildServiceProvider();
            IHttpMessageHandlerFactory factory = provider.GetRequiredService<IHttpMessageHandlerFactory>();

            foreach (string name in (string[])["TypedEvents", "TypedEvents:audit"])
            {
                SocketsHttpHandler handler = Assert.IsType<SocketsHttpHandler>(Primary(factory.CreateHandler(name)));
                Assert.Equal((false, false, null), (handler.AllowAutoRedirect, handler.UseCookies, handler.ActivityHeadersPropagator));
                Assert.Equal(TimeSpan.FromMinutes(5), handler.PooledConnectionLifetime);

                // A proxy would receive the credentials in clear text.
                Assert.True(handler.Proxy!.IsBypassed(new Uri("http://127.0.0.1:9/")));
                Assert.Null(handler.Proxy.GetProxy(new Uri("http://localhost:9/")));
                var remote = new Uri("https://pushapi-sgp.engagelab.com/");
                Assert.Equal(HttpClient.DefaultProxy.IsBypassed(remote), handler.Proxy.IsBypassed(remote));
            }

            Assert.True(Primary(factory.CreateHandler("other")) is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true });

            static HttpMessageHandler Primary(HttpMessageHandler handler)
            {
                while (handler is DelegatingHandler { InnerHandler: { } inner })
                {
                    handler = inner;
                }

                return handler;
            }
        }

        private sealed class CountingHandler(Action count) : DelegatingHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                count();
                return base.SendAsync(request, cancellationToken);
            }
        }
    }
}

namespace Microsoft.Extensions.Http
{
    /// <summary>Stands for the handler of that name in Microsoft.Extensions.Http.Polly, by which the library finds it: it sends each request that fails again.</summary>
    internal sealed class PolicyHttpMessageHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            for (int i = 0; i < 3 && !response.IsSuccessStatusCode; i++)
            {
                response = await base.SendAsync(request, cancellationToken);
            }

            return response;
        }
    }
}
