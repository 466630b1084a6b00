// Starts the emulator as Aspire would, from what the package has copied here, and asks for its health.

using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true, AssemblyName = typeof(Program).Assembly.GetName().Name });
EngageLabEmulatorResource emulator = builder.AddEngageLabEmulator("engagelab").Resource;
List<object> arguments = [];
foreach (CommandLineArgsCallbackAnnotation annotation in emulator.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
{
    await annotation.Callback(new CommandLineArgsCallbackContext(arguments));
}

using Process process = Process.Start(new ProcessStartInfo(emulator.Command, arguments.Select(argument => argument.ToString()!)) { RedirectStandardOutput = true })!;
try
{
    string address = (await process.StandardOutput.ReadLineAsync())!["Listening on ".Length..];
    using var client = new HttpClient();
    Console.WriteLine(await client.GetStringAsync(address + "health"));
}
finally
{
    process.Kill();
}
