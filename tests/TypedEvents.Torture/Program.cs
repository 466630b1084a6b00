using TypedEvents.Torture;

// The command is eng/torture. The other roles are those of the processes that it starts, and kills.
var arguments = new Arguments(args.Skip(1));
switch (args.FirstOrDefault())
{
    case "run":
        return await TortureTable.PrintAsync(arguments) ? 0 : 1;
    case "produce":
        await Producer.RunAsync(arguments);
        return 0;
    case "drain":
        await Producer.DrainAsync(arguments);
        return 0;
    case "bad":
        await BadEvents.RunAsync(arguments);
        return 0;
    case "flood":
        await Flood.RunAsync(arguments);
        return 0;
    case "stop":
        await Shutdown.RunAsync(arguments);
        return 0;
    default:
        Console.Error.WriteLine("Start it by eng/torture.");
        return 2;
}
