namespace TypedEvents.Generators.Model;

/// <summary>The documentation comments of a record.</summary>
/// <param name="Summary">Its summary as a line of XML.</param>
/// <param name="Parameters">The documentation of properties, by the names of the parameters that set them.</param>
internal sealed record DocumentationModel(string? Summary, EquatableArray<ParameterDocumentation> Parameters)
{
    public static readonly DocumentationModel None = new(null, EquatableArray<ParameterDocumentation>.Empty);

    /// <summary>The documentation of the property that a parameter sets.</summary>
    public string? Find(string parameter)
    {
        foreach (ParameterDocumentation one in Parameters)
        {
            if (one.Parameter == parameter)
            {
                return one.Text;
            }
        }

        return null;
    }
}

/// <summary>The documentation of a parameter as a line of XML.</summary>
internal sealed record ParameterDocumentation(string Parameter, string Text);
