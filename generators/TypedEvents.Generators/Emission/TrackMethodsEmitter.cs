using System.Text;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Prints the file with an event's typed calls.</summary>
internal static class TrackMethodsEmitter
{
    private const string Library = "global::TypedEvents";

    public static SourceText Emit(EventCalls calls) =>
        SourceText.From(Print(calls), Encoding.UTF8, SourceHashAlgorithm.Sha256);

    internal static string Print(EventCalls calls)
    {
        var writer = new SourceWriter();
        EventEmitter.OpenFile(writer, calls.Event);
        EmitClass(writer, calls, EventEmitter.FullNameOf(calls.Event));
        EventEmitter.CloseFile(writer, calls.Event);
        return writer.Finish();
    }

    private static void EmitClass(SourceWriter writer, EventCalls calls, string fullName)
    {
        TrackMethodsModel methods = calls.Methods;
        if (methods.IsOblivious)
        {
            writer.Line("#nullable disable");
        }

        if (calls.Documentation is not null)
        {
            writer.Line($"/// <summary>The typed calls of the event <c>{calls.Event.EventName}</c>.</summary>");
        }

        writer.Line(EventEmitter.GeneratedCode);
        writer.Open($"{(methods.IsPublic ? "public" : "internal")} static class {methods.ClassName}");
        string creation = CreationOf(methods, fullName);
        EmitMethod(writer, calls, fullName, creation, namesUser: true, isAsync: false);
        writer.Line();
        EmitMethod(writer, calls, fullName, creation, namesUser: true, isAsync: true);
        writer.Line();
        EmitMethod(writer, calls, fullName, creation, namesUser: false, isAsync: false);
        writer.Line();
        EmitMethod(writer, calls, fullName, creation, namesUser: false, isAsync: true);
        writer.Close();
    }

    private static void EmitMethod(
        SourceWriter writer,
        EventCalls calls,
        string fullName,
        string creation,
        bool namesUser,
        bool isAsync)
    {
        TrackMethodsModel methods = calls.Methods;
        if (calls.Documentation is { } documentation)
        {
            EmitDocumentation(writer, calls, documentation, namesUser, isAsync);
        }

        foreach (string attribute in methods.Attributes)
        {
            writer.Line(attribute);
        }

        string result = isAsync ? $"global::System.Threading.Tasks.ValueTask<{Library}.TrackResult>" : $"{Library}.TrackResult";
        string suffix = isAsync ? "Async" : "";
        writer.Line($"public static {result} {methods.MethodName}{suffix}(");
        writer.Indent();
        writer.Line($"this {Library}.{(namesUser ? "IEventTracker" : "IUserEventTracker")} tracker,");
        if (namesUser)
        {
            writer.Line($"{Library}.EngageUser user,");
        }

        foreach (ParameterModel parameter in methods.Parameters)
        {
            EmitParameter(writer, parameter);
        }

        writer.Line($"{Library}.EventContext context = default{(isAsync ? "," : ") =>")}");
        if (isAsync)
        {
            writer.Line("global::System.Threading.CancellationToken cancellationToken = default) =>");
        }

        string cancellation = isAsync ? ", cancellationToken" : "";
        writer.Line($"tracker.Track{suffix}<{fullName}>({(namesUser ? "user, " : "")}{creation}, context{cancellation});");
        writer.Unindent();
    }

    private static void EmitDocumentation(SourceWriter writer, EventCalls calls, DocumentationModel documentation, bool namesUser, bool isAsync)
    {
        string meaning = string.IsNullOrWhiteSpace(calls.Description) ? documentation.Summary ?? "" : XmlText.Of(calls.Description!);
        string whose = namesUser ? "" : " for the current user";
        writer.Line($"/// <summary>Tracks <c>{calls.Event.EventName}</c>{whose}{(meaning.Length == 0 ? "." : ": ")}{meaning}</summary>");
        writer.Line("/// <param name=\"tracker\">The tracker.</param>");
        if (namesUser)
        {
            writer.Line("/// <param name=\"user\">Whose event it is.</param>");
        }

        foreach (ParameterModel parameter in calls.Methods.Parameters)
        {
            if (documentation.Find(parameter.Name) is { } text)
            {
                writer.Line($"/// <param name=\"{parameter.Name}\">{text}</param>");
            }
        }

        writer.Line("/// <param name=\"context\">When it happened and its id, where these aren't now and new.</param>");
        if (isAsync)
        {
            writer.Line("/// <param name=\"cancellationToken\">Ends the waiting for room.</param>");
        }

        writer.Line("/// <returns>Whether the tracker has the event, or why not.</returns>");
    }

    private static void EmitParameter(SourceWriter writer, ParameterModel parameter)
    {
        string space = parameter.CallerInfo is null ? "" : " ";
        string equals = parameter.Default is null ? "" : " = ";
        writer.Line($"{parameter.CallerInfo}{space}{parameter.Type} {Identifier.Escape(parameter.Name)}{equals}{parameter.Default},");
    }

    /// <summary><c>new global::Shop.SignUp(plan, seats) { Region = region }</c>.</summary>
    private static string CreationOf(TrackMethodsModel methods, string fullName)
    {
        StringBuilder creation = TextBuilder.Take().Append("new ").Append(fullName).Append('(');
        string separator = "";
        foreach (string argument in methods.ConstructorArguments)
        {
            creation.Append(separator).Append(Identifier.Escape(argument));
            separator = ", ";
        }

        creation.Append(')');
        separator = " { ";
        foreach (MemberInitializer initializer in methods.Initializers)
        {
            creation.Append(separator).Append(Identifier.Escape(initializer.Member)).Append(" = ").Append(Identifier.Escape(initializer.Parameter));
            separator = ", ";
        }

        return creation.Append(methods.Initializers.Count > 0 ? " }" : "").Finish();
    }
}
