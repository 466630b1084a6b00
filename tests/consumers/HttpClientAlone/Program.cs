using System.Net.Http.Headers;
using System.Text;

using var client = new HttpClient { BaseAddress = new Uri(args[0]) };
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("local:local"u8));

string json = $$$"""
    {"data":[{"event_name":"sign_up","euid":10000091198,"itime":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}},"random_id":"{{{Guid.NewGuid()}}}","properties":{"plan":"pro","seats":3}}]}
    """;
using var body = new StringContent(json, Encoding.UTF8, "application/json");
using HttpResponseMessage response = await client.PostAsync(new Uri("v1/event/report", UriKind.Relative), body);
return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("\"code\":0", StringComparison.Ordinal) ? 0 : 1;
