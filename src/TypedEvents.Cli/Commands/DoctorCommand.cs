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
        var command = new Command("doctor", "Shows versions, and whether the build, its PDB, its contracts and the lock file are there.");
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

            return isWell ? ExitCodes.Done : ExitCodes.Found;
        });
        return command;
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
