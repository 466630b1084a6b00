using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using TypedEvents.Emulator;

namespace TypedEvents.Cli;

/// <summary>How an emulator is started.</summary>
/// <param name="Port">The port; 0 for any free one.</param>
/// <param name="PlanPath">The file with the plan; <see langword="null"/> for none.</param>
/// <param name="Faults">What goes wrong.</param>
internal sealed record EmulatorChoice(int Port, string? PlanPath, IReadOnlyList<Fault> Faults);

/// <summary>An emulator in this process, with its page.</summary>
internal sealed class LocalEmulator : IAsyncDisposable
{
    /// <summary>The most events that a tracker sends in a request: the range of its option <c>MaxBatchEvents</c>.</summary>
    private const int MaxBatchEvents = 1000;

    private LocalEmulator(EngageLabEmulator emulator, TrackingPlan? plan)
    {
        Emulator = emulator;
        Plan = plan;
    }

    public EngageLabEmulator Emulator { get; }

    /// <summary>The plan that events are compared with; <see langword="null"/> if there is none.</summary>
    public TrackingPlan? Plan { get; }

    /// <exception cref="ToolException">The port is in use, or the plan can't be read.</exception>
    public static async Task<LocalEmulator> StartAsync(EmulatorChoice choice, string apiKey, string apiSecret, CancellationToken cancellationToken)
    {
        TrackingPlan? plan = null;
        string? json = null;
        if (choice.PlanPath is { } path)
        {
            plan = PlanReader.ReadFile(path);
            json = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(path, cancellationToken)).TrimStart('\uFEFF');
        }

        EngageLabEmulator emulator;
        try
        {
            emulator = await EngageLabEmulator.StartAsync(
                // EngageLab documents no limit for the events of a report, so none that a tracker may have is too many.
                new EmulatorOptions { MaxEventsPerRequest = MaxBatchEvents, Port = choice.Port, ApiKey = apiKey, ApiSecret = apiSecret, Page = true, Plan = json },
                cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new ToolException($"Port {choice.Port} is in use. Choose another one with --port, or any free one with --port 0.", exception);
        }
        catch (SocketException exception)
        {
            throw new ToolException($"Port {choice.Port} can't be used: {exception.Message}. Choose another one with --port, or any free one with --port 0.", exception);
        }
        catch (ArgumentException exception)
        {
            throw new ToolException($"'{choice.PlanPath}' can't be used: {exception.Message}", exception);
        }

        Fault.Apply(choice.Faults, emulator);
        return new LocalEmulator(emulator, plan);
    }

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
