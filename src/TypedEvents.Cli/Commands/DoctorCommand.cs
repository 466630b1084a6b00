using System.CommandLine;
using System.Globalization;
using System.Reflection.Metadata;

namespace TypedEvents.Cli;

/// <summary><c>typedevents doctor</c>: what the other commands would find.</summary>
internal static class DoctorCommand
{
    public static Command Create(ToolContext context)
    {
        var options = new ProjectOptions();
        var command = new Command("doctor", "Shows versions, and whether the build, its PDB, its contracts, the lock file and an emulator are there.");
        options.AddTo(command, hasLock: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] targets = options.TargetsOf(parsed);
            bool isWell = true;
            void Say(bool isGood, string what, string detail)
            {
                isWell &= isGood;
                context.Out.Write(Printable.Of($"{(isGood ? "ok  " : "-   ")}{what,-10} {detail.ReplaceLineEndings(" ")}\n"));
            }

            Say(true, "tool", $"{Tool.Version} on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}");
            (int exitCode, string output, string error) = await ChildProcess.RunAsync("dotnet", ["--version"], context.Folder, cancellationToken);
            Say(exitCode == 0, "SDK", exitCode == 0 ? output.Trim() : (output + error).Trim());
            try
            {
                using ApplicationPlan application = await options.ReadAsync(parsed, targets, context, cancellationToken);
                AssemblyFile first = application.Assemblies[0];
                Say(true, "build", context.Show(first.Path));
                Say(application.Assemblies.Any(assembly => assembly.Symbols is not null), "PDB", first.Symbols is null ? "there is none, so nothing has a line" : "found");
                Say(true, "library", LibraryVersion(application) ?? "not referenced");
                Say(true, "plan", string.Create(CultureInfo.InvariantCulture, $"{application.Plan.Events.Count} events"));
            }
            catch (ToolException exception)
            {
                Say(false, "build", exception.Message);
            }

            string lockPath = options.FindLock(parsed, targets, context);
            try
            {
                Say(true, "lock", File.Exists(lockPath) ? $"{context.Show(lockPath)}, {PlanReader.ReadFile(lockPath).Events.Count} events" : $"none yet; 'typedevents plan accept' writes {context.Show(lockPath)}");
            }
            catch (ToolException exception)
            {
                Say(false, "lock", exception.Message);
            }

            Say(true, "emulator", await FindEmulatorAsync(cancellationToken));
            return isWell ? ExitCodes.Done : ExitCodes.Found;
        });
        return command;
    }

    /// <summary>Whether an emulator listens at the address of 'typedevents emulator'. That there is none is no fault.</summary>
    private static async Task<string> FindEmulatorAsync(CancellationToken cancellationToken)
    {
        string address = $"http://127.0.0.1:{EmulatorArguments.DefaultPort}/";
        using var feed = new EmulatorFeed(new Uri(address));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await feed.NewestAsync(new FeedFilter(), 1, patience.Token);
            return $"at {address}";
        }
        catch (Exception exception) when (exception is ToolException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return $"none at {address}; 'typedevents emulator' starts one";
        }
    }

    private static string? LibraryVersion(ApplicationPlan application)
    {
        foreach (AssemblyFile assembly in application.Assemblies)
        {
            foreach (AssemblyReferenceHandle handle in assembly.Metadata.AssemblyReferences)
            {
                AssemblyReference reference = assembly.Metadata.GetAssemblyReference(handle);
                if (assembly.Metadata.StringComparer.Equals(reference.Name, "TypedEvents"))
                {
                    return $"TypedEvents {reference.Version.ToString(3)}";
                }
            }
        }

        return null;
    }
}
