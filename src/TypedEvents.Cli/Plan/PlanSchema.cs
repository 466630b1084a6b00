namespace TypedEvents.Cli;

/// <summary>The JSON Schema of plan files, as it stands in the repository.</summary>
internal static class PlanSchema
{
    public static string Text
    {
        get
        {
            using var reader = new StreamReader(typeof(PlanSchema).Assembly.GetManifestResourceStream("typedevents.plan.1.schema.json")!);
            return reader.ReadToEnd();
        }
    }
}
