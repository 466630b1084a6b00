using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.Emulator;

/// <summary>Processes a request as EngageLab does: checks it, records it, and returns the response.</summary>
internal sealed class RequestProcessor(EmulatorOptions options, EventStore events, UserDirectory users)
{
    private const int MaxRejectedBodyBytes = 256 * 1024;

    private readonly ReportReader _reports = new(options);

    public HeaderRules Headers { get; } = new(options);

    public Rejections Rejections { get; } = new();

    /// <summary>
    /// Reads the body whatever the headers say, so that behaviors can be chosen by its events. But of a request that is rejected by its
    /// headers at most <see cref="MaxRejectedBodyBytes"/> are kept: a client without credentials must not be able to fill the memory.
    /// </summary>
    public async Task<Content> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RejectionException? rejected = IsKnown(request) ? Headers.Find(request) : UnknownPath();
        int limit = rejected is null ? options.MaxRequestBytes : Math.Min(options.MaxRequestBytes, MaxRejectedBodyBytes);
        (byte[] wire, bool isTooLarge) = await BodyReader.ReadAsync(request.Body, limit, cancellationToken).ConfigureAwait(false);
        try
        {
            if (rejected is not null && isTooLarge)
            {
                throw rejected;
            }

            byte[] plain = wire;
            if (!isTooLarge && Headers.IsGzip(request))
            {
                (plain, isTooLarge) = await BodyReader.DecompressAsync(wire, limit, cancellationToken).ConfigureAwait(false);
                if (rejected is not null && isTooLarge)
                {
                    throw rejected;
                }
            }

            if (isTooLarge)
            {
                throw new RejectionException(413, EmulatorCodes.BodyTooLarge, $"The body must have at most {options.MaxRequestBytes} bytes.");
            }

            if (!IsKnown(request))
            {
                throw rejected!;
            }

            using JsonDocument document = JsonRules.Parse(plain);
            return request.Path.Value == ReportReader.Path
                ? new Content(wire, _reports.Read(document.RootElement), [], null)
                : new Content(wire, [], RegistrationReader.Read(document.RootElement), null);
        }
        catch (RejectionException rejection)
        {
            return new Content(wire, [], [], rejection);
        }
    }

    /// <param name="request">The request.</param>
    /// <param name="content">Its body.</param>
    /// <param name="arrivals">The events that were accepted, if it is a report.</param>
    public Response Process(HttpRequest request, Content content, out IReadOnlyList<Arrival> arrivals)
    {
        arrivals = [];
        try
        {
            // For an unknown path the method is irrelevant.
            if (IsKnown(request) && Headers.Find(request) is { } wrongHeaders)
            {
                return wrongHeaders.Response;
            }

            if (content.Rejection is { } rejection)
            {
                return rejection.Response;
            }

            return request.Path.Value == ReportReader.Path ? Report(content.Events, out arrivals) : Register(content.Users);
        }
        catch (RejectionException rejection)
        {
            return rejection.Response;
        }
    }

    private static bool IsKnown(HttpRequest request) => request.Path.Value is ReportReader.Path or RegistrationReader.Path;

    private static RejectionException UnknownPath() => new(404, EmulatorCodes.UnknownPath, "The path doesn't exist.");

    private Response Report(IReadOnlyList<ReceivedEvent> received, out IReadOnlyList<Arrival> arrivals)
    {
        arrivals = [];
        if (Rejections.Reject(received) is { } rejection)
        {
            return rejection;
        }

        arrivals = events.Keep(received);
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
