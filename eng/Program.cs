using System.CommandLine;
using TypedEvents.Eng;
using TypedEvents.Eng.Support;

var root = new RootCommand("Commands for contributors and CI, the same on Linux, Windows and macOS: dotnet run --project eng -- NAME");
foreach (Command command in EngCommands.All)
{
    root.Add(command);
}

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (EngException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return exception.ExitCode;
}
