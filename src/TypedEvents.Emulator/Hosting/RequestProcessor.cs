using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.Emulator;

/// <summary>Processes a request as EngageLab does: checks it, records it, and returns the response.</summary>
internal sealed class RequestProcessor(EmulatorOptions options, EventStore events, UserDirectory users)
{
    private readonly ReportReader _reports = new(options);

    public HeaderRules Headers { get; } = new(options);

    public Rejections Rejections { get; } = new();

    /// <summary>Reads the body whatever the headers say, so that behaviors can be chosen by its events.</summary>
    public async Task<Content> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        (byte[] wire, bool isTooLarge) = await BodyReader.ReadAsync(request.Body, options.MaxRequestBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            byte[] plain = wire;
            if (!isTooLarge && Headers.IsGzip(request))
            {
                (plain, isTooLarge) = await BodyReader.DecompressAsync(wire, options.MaxRequestBytes, cancellationToken).ConfigureAwait(false);
            }

            if (isTooLarge)
            {
                throw new RejectionException(413, EmulatorCodes.BodyTooLarge, $"The body must have at most {options.MaxRequestBytes} bytes.");
            }

            return request.Path.Value switch
            {
                ReportReader.Path => new Content(wire, _reports.Read(JsonRules.Parse(plain)), [], null),
                RegistrationReader.Path => new Content(wire, [], RegistrationReader.Read(JsonRules.Parse(plain)), null),
                _ => throw new RejectionException(404, EmulatorCodes.UnknownPath, "The path doesn't exist."),
            };
        }
        catch (RejectionException rejection)
        {
            return new Content(wire, [], [], rejection);
        }
    }

    public Response Process(HttpRequest request, Content content)
    {
        try
        {
            // For an unknown path the method is irrelevant.
            if (request.Path.Value is ReportReader.Path or RegistrationReader.Path)
            {
                Headers.Check(request);
            }

            if (content.Rejection is { } rejection)
            {
                return rejection.Response;
            }

            return request.Path.Value == ReportReader.Path ? Report(content.Events) : Register(content.Users);
        }
        catch (RejectionException rejection)
        {
            return rejection.Response;
        }
    }

    private Response Report(IReadOnlyList<ReceivedEvent> received)
    {
        if (Rejections.Reject(received) is { } rejection)
        {
            return rejection;
        }

        events.Keep(received);
        return Response.Success();
    }

    private Response Register(IReadOnlyList<UserIdentity> identities)
    {
        if (Rejections.Reject(identities) is { } rejection)
        {
            return rejection;
        }

        return Response.Success(writer =>
        {
            writer.WriteStartArray("data");
            foreach (UserIdentity user in identities.Where(user => !Rejections.Omits(user)))
            {
                Write(writer, user.Value, users.GetOrAdd(user));
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, string identity, long euid)
    {
        writer.WriteStartObject();
        writer.WriteString("identity_value", identity);
        writer.WriteNumber("euid", euid);
        writer.WriteEndObject();
    }
}
