using System.CommandLine;
using TypedEvents.Eng.Commands;

namespace TypedEvents.Eng;

/// <summary>All commands. Each is started by the file eng/NAME; <c>ci</c> by .ci/run.</summary>
internal static class EngCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        CiCommand.Create(),
        PackCommand.Create(),
        PublishesCommand.Create(),
        ReleaseCommand.Create(),
        PublicApiCommand.Create(),
        BuildTimeCommand.Create(),
        ClockAheadCommand.Create(),
        SurroundingsCommand.Create(),
        Arm64Command.Create(),
        StressCommand.Create(),
        LongChecksCommand.Create(),
        BenchmarkNativeCommand.Create(),
        CountInstructionsCommand.Create(),
        NativeToolchainCommand.Create(),
        InstallPostgreSqlCommand.Create(),
        InstallBrowserCommand.Create(),
        VendoredCommand.Create(),
        DocsCommand.Create(),
        LintWorkflowsCommand.Create(),
    ];
}
