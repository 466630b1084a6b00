using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// The likeliest mistakes in a call: a user's id as a string or number, and no user at all. The compiler speaks of conversions and of
/// overloads there.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UserArgumentAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0029",
        title: "A call needs an EngageUser",
        messageFormat: "{0}: {1}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0029"));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            // A call that binds has its user.
            if (start.Compilation.GetTypeByMetadataName("TypedEvents.EngageUser") is { } user)
            {
                start.RegisterOperationAction(operation => Inspect(operation, user), OperationKind.Invalid);
            }
        });
    }

    private static void Inspect(OperationAnalysisContext context, INamedTypeSymbol user)
    {
        if (TrackerCall.TryRead(context.Operation) is not { } call || call.Syntax.ArgumentList.Arguments is not { Count: > 0 } arguments)
        {
            return;
        }

        SemanticModel model = context.Operation.SemanticModel!;
        foreach (IMethodSymbol method in call.Methods(model))
        {
            if (method.Parameters is not [{ Name: "user", Type: var type }, ..] || !SymbolEqualityComparer.Default.Equals(type, user))
            {
                continue;
            }

            if (FindWrongUser(method, arguments, model) is { } wrong)
            {
                string typeName = model.GetTypeInfo(wrong).Type!.WithNullableAnnotation(NullableAnnotation.None).InWords();
                string remedy = IsNumber(model.GetTypeInfo(wrong).Type)
                    ? "for EngageLab's id of the user write new Euid(…), for an id of your application EngageUser.UserId(…) with its digits"
                    : "write EngageUser.UserId(…), or EngageUser.AnonymousId(…) for a visitor who hasn't signed in";
                context.ReportDiagnostic(Diagnostic.Create(Rule, wrong.GetLocation(), $"The user is a '{typeName}' and not an EngageUser", remedy));
                return;
            }

            if (LacksUser(method, arguments, model))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rule,
                    call.Name.GetLocation(),
                    $"'{call.Name.Identifier.ValueText}' is called without a user",
                    "pass it first, such as EngageUser.UserId(…)"));
                return;
            }
        }
    }

    /// <summary>The argument for the user, if it is a plain id and the others fit.</summary>
    private static ExpressionSyntax? FindWrongUser(IMethodSymbol method, SeparatedSyntaxList<ArgumentSyntax> arguments, SemanticModel model)
    {
        ArgumentSyntax? argument = arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == "user");
        argument ??= arguments[0].NameColon is null ? arguments[0] : null;
        return argument is not null && IsPlainId(model.GetTypeInfo(argument.Expression).Type) && Fit(method, arguments, argument, shift: 0, model)
            ? argument.Expression
            : null;
    }

    /// <summary>Whether the arguments fit the parameters behind the user.</summary>
    private static bool LacksUser(IMethodSymbol method, SeparatedSyntaxList<ArgumentSyntax> arguments, SemanticModel model) =>
        arguments.All(argument => argument.NameColon?.Name.Identifier.ValueText != "user") && Fit(method, arguments, user: null, shift: 1, model);

    /// <summary>Whether each argument converts to its parameter, and none is missing.</summary>
    private static bool Fit(IMethodSymbol method, SeparatedSyntaxList<ArgumentSyntax> arguments, ArgumentSyntax? user, int shift, SemanticModel model)
    {
        var given = new HashSet<int> { 0 };
        for (int i = 0; i < arguments.Count; i++)
        {
            ArgumentSyntax argument = arguments[i];
            if (argument == user)
            {
                continue;
            }

            int position = argument.NameColon is { Name.Identifier.ValueText: var name } ? IndexOf(method, name) : i + shift;
            if (position <= 0 || position >= method.Parameters.Length || !given.Add(position) || !Fits(argument.Expression, method.Parameters[position].Type, model))
            {
                return false;
            }
        }

        return method.Parameters.Where((parameter, i) => !parameter.IsOptional && !parameter.IsParams && !given.Contains(i)).FirstOrDefault() is null;
    }

    private static bool Fits(ExpressionSyntax argument, ITypeSymbol parameter, SemanticModel model) =>
        parameter is ITypeParameterSymbol || parameter is INamedTypeSymbol named && named.IsLibraryInterface()
            ? model.GetTypeInfo(argument).Type is { } type && (type.WithoutNullable(out _) is INamedTypeSymbol contract && contract.IsLibraryInterface() || EventCheck.IsEvent(type.WithoutNullable(out _)))
            : model.ClassifyConversion(argument, parameter).IsImplicit;

    private static int IndexOf(IMethodSymbol method, string name)
    {
        for (int i = 0; i < method.Parameters.Length; i++)
        {
            if (method.Parameters[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsPlainId(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_String } || IsNumber(type) || (type is not null && type.WithoutNullable(out _).IsInSystem("Guid"));

    /// <summary>Whether it is an integer, of which an EUID can be made.</summary>
    public static bool IsNumber(ITypeSymbol? type) =>
        type is not null && type.WithoutNullable(out _).SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
}
