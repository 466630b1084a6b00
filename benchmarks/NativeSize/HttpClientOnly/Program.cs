using System.Net.Http.Headers;
using System.Text;

// Sends the same request with HttpClient only and hand-written JSON.
using var client = new HttpClient();
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("key:secret")));
long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
string json = "{\"data\":[{\"event_name\":\"sign_up\",\"euid\":10000091198,\"itime\":" + now
    + ",\"random_id\":\"" + Guid.NewGuid() + "\",\"properties\":{\"plan\":\"pro\",\"seats\":3}}]}";
using var content = new StringContent(json, Encoding.UTF8, "application/json");
using HttpResponseMessage response = await client.PostAsync(new Uri($"http://127.0.0.1:{args[0]}/v1/event/report"), content);
return (await response.Content.ReadAsStringAsync()).Contains("\"code\":0", StringComparison.Ordinal) ? 0 : 1;
