using TypedEvents.Torture;

// The command is eng/torture. The other roles are those of the processes that it starts, and kills.
var arguments = new Arguments(args.Skip(1));
switch (args.FirstOrDefault())
{
    case "produce":
        await Producer.RunAsync(arguments);
        break;
    case "drain":
        await Producer.DrainAsync(arguments);
        break;
    default:
        Console.Error.WriteLine("Start it by eng/torture.");
        return 2;
}

return 0;
