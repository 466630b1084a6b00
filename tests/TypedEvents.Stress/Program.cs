using TypedEvents.Stress;

// The command "run" is for eng/stress, and "postgresql" for eng/stress postgresql. The other ones are for the processes that it starts and kills.
var arguments = new Arguments(args.Skip(1));
switch (args.FirstOrDefault())
{
    case "run":
        return await ParentProgram.RunAsync(arguments);
    case "postgresql":
        return await PostgreSqlProgram.RunAsync(arguments);
    case "produce":
        return await ChildProgram.RunAsync(() => Producer.RunAsync(arguments));
    case "drain":
        return await ChildProgram.RunAsync(() => Producer.DrainAsync(arguments));
    case "bad":
        return await ChildProgram.RunAsync(() => BadEvents.RunAsync(arguments));
    case "flood":
        return await ChildProgram.RunAsync(() => Flood.RunAsync(arguments));
    case "stop":
        return await ChildProgram.RunAsync(() => Shutdown.RunAsync(arguments));
    case "soak":
        return await ChildProgram.RunAsync(() => Soaker.RunAsync(arguments));
    default:
        Console.Error.WriteLine("Use eng/stress to start it.");
        return 2;
}
