using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>One table of attributes, which both record readers ask.</summary>
public partial class KnownAttributeTests
{
    /// <summary>How an attribute that concerns a property is written, and on which type. The others aren't read from members.</summary>
    private static readonly Dictionary<string, (string Attribute, string Type)> OnProperties = new()
    {
        ["EventPropertyAttribute"] = ("EventProperty(\"other\")", "int"),
        ["EventIgnoreAttribute"] = ("EventIgnore", "int"),
        ["FlattenAttribute"] = ("Flatten", "Geo"),
        ["EventSensitivityAttribute"] = ("EventSensitivity(Sensitivity.Sensitive)", "int"),
        ["DataClassificationAttribute"] = ("Microsoft.Extensions.Compliance.Classification.Private", "int"),
        ["StringLengthAttribute"] = ("StringLength(5, MinimumLength = 2)", "string"),
        ["MaxLengthAttribute"] = ("MaxLength(5)", "string"),
        ["RangeAttribute"] = ("Range(1, 5)", "int"),
        ["AllowedValuesAttribute"] = ("AllowedValues(1, 5)", "int"),
        ["RegularExpressionAttribute"] = ("RegularExpression(\"a\")", "string"),
        ["LengthAttribute"] = ("Length(1, 5)", "string"),
        ["MinLengthAttribute"] = ("MinLength(2)", "string"),
        ["DeniedValuesAttribute"] = ("DeniedValues(1, 5)", "int"),
        ["ObsoleteAttribute"] = ("Obsolete(\"old\")", "int"),
    };

    /// <summary>
    /// What is read from types, constructors, parameters and enums, by the same code for both readers; and what doesn't change the model,
    /// but is reported.
    /// </summary>
    private static readonly HashSet<AttributeRole> ElsewhereThanOnProperties =
    [
        AttributeRole.UncheckedValidation, AttributeRole.Annotation, AttributeRole.ForeignIgnore, AttributeRole.ForeignName, AttributeRole.ForeignEnumMemberName,
        AttributeRole.Event, AttributeRole.EventDefaults, AttributeRole.EnumMemberName, AttributeRole.Flags, AttributeRole.Experimental,
        AttributeRole.SetsRequiredMembers, AttributeRole.CallerInfo, AttributeRole.InternalsVisibleTo, AttributeRole.CompilerGenerated, AttributeRole.GeneratedCode,
    ];

    public static TheoryData<string> PropertyAttributes =>
        [.. KnownAttributes.All.Where(known => !ElsewhereThanOnProperties.Contains(known.Role)).Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(PropertyAttributes))]
    public void Each_has_an_effect_and_the_same_one_by_either_reader(string attribute)
    {
        Assert.True(OnProperties.TryGetValue(attribute, out (string Attribute, string Type) sample), $"{attribute} is new: show in {nameof(OnProperties)} how it is written.");

        ParsedEvent? without = Read("", sample.Type, fromSyntax: false);
        ParsedEvent? fromSymbols = Read($"[{sample.Attribute}]", sample.Type, fromSyntax: false);
        ParsedEvent? fromSyntax = Read($"[{sample.Attribute}]", sample.Type, fromSyntax: true);

        Assert.NotEqual(without, fromSymbols);
        Assert.Equal(fromSymbols, fromSyntax);
    }

    [Fact]
    public void No_attribute_is_looked_for_by_name_anywhere_else()
    {
        string folder = Path.Combine(DocumentationTests.Root, "generators", "TypedEvents.Generators");
        IEnumerable<string> others = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "KnownAttributes.cs" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => AttributeName().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}"));

        Assert.Empty(others);
    }

    [Fact]
    public void A_name_alone_does_not_make_an_attribute_a_known_one()
    {
        foreach (KnownAttribute known in KnownAttributes.All)
        {
            CSharpCompilation compilation = new Project(
                $"namespace {known.Namespace}.Inner {{ public class {known.Name} : System.Attribute {{ }} }}",
                $"namespace Outer.{known.Namespace} {{ public class {known.Name} : System.Attribute {{ }} }}",
                $"namespace Outer {{ public class Holder {{ public class {known.Name} : System.Attribute {{ }} }} }}").Compile();
            List<INamedTypeSymbol> namesakes = [.. compilation.SyntaxTrees.SelectMany(tree =>
                tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
                    .Select(declaration => compilation.GetSemanticModel(tree).GetDeclaredSymbol(declaration)!)
                    .Where(type => type.Name == known.Name))];

            Assert.Equal(3, namesakes.Count);
            Assert.All(namesakes, type => Assert.Null(KnownAttributes.FindExact(type)));
        }
    }

    private static ParsedEvent? Read(string attributes, string type, bool fromSyntax)
    {
        CSharpCompilation compilation = new Project(DataClassifications.Source, $$"""
            #pragma warning disable
            using System;
            using System.ComponentModel.DataAnnotations;
            using TypedEvents;
            public record Geo(double Latitude);
            [EngageEvent("x")] public partial record X(int First) { {{attributes}} public {{type}} Some { get; init; } }
            """).Compile();
        SyntaxTree tree = compilation.SyntaxTrees[1];
        SemanticModel model = compilation.GetSemanticModel(tree);
        RecordDeclarationSyntax declaration = tree.GetRoot().DescendantNodes().OfType<RecordDeclarationSyntax>().Single(record => record.Identifier.Text == "X");
        INamedTypeSymbol symbol = model.GetDeclaredSymbol(declaration)!;
        RecordCatalog records = fromSyntax ? RecordCatalog.FromSyntax(compilation) : RecordCatalog.FromSymbols(compilation);
        DeclaredRecord? record = fromSyntax
            ? SyntaxRecordReader.TryRead(symbol, declaration, model, records, isEvent: true)
            : SymbolRecordReader.Read(symbol, records, isEvent: true);
        Assert.NotNull(record);
        return EventParser.Build(record, symbol.FindAnnotation()!, new FlattenScope(symbol), records);
    }

    [GeneratedRegex("(?<!cref=)\"\\w+Attribute\"")]
    private static partial Regex AttributeName();
}
