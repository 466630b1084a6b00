namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>The types of Microsoft.Extensions.Compliance that matter here, as its package declares them, with two attributes of a user.</summary>
internal static class DataClassifications
{
    public const string Source = """
        #pragma warning disable
        namespace Microsoft.Extensions.Compliance.Classification
        {
            public readonly struct DataClassification
            {
                public DataClassification(string taxonomyName, string value) { }
                public static DataClassification None => default;
            }

            public class DataClassificationAttribute : System.Attribute
            {
                protected DataClassificationAttribute(DataClassification classification) { }
                public string Notes { get; set; } = "";
            }

            public sealed class NoDataClassificationAttribute : DataClassificationAttribute
            {
                public NoDataClassificationAttribute() : base(DataClassification.None) { }
            }

            public static class Taxonomy
            {
                public static string Name => typeof(Taxonomy).FullName!;
                public static DataClassification Private => new(Name, nameof(Private));
                public static readonly DataClassification Public = new DataClassification("Shop", "Public");
            }

            public sealed class PrivateAttribute : DataClassificationAttribute
            {
                public PrivateAttribute() : base(Taxonomy.Private) { }
            }

            public sealed class PublicAttribute() : DataClassificationAttribute(Taxonomy.Public);
        }
        """;
}
