using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// Checks constants by the rules that the generated serializer applies to values at run time: where an event is created,
/// changed by <c>with</c>, or tracked by its generated call. A record that is made right there to be flattened is looked at, too. A
/// default value is looked at where it stands, once, and not where it is left to be filled in.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InvalidConstantAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0023",
        title: "Constant violates a validation attribute of its property",
        messageFormat: "This value of '{0}' violates a validation attribute of that property ({1}): use a valid value, or change the attribute",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0023"));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            var records = new ValidatedRecords(start.Compilation);
            start.RegisterOperationAction(operation => InspectCreation(operation, records), OperationKind.ObjectCreation);
            start.RegisterOperationAction(operation => InspectAssignment(operation, records), OperationKind.SimpleAssignment);
            start.RegisterOperationAction(operation => InspectCall(operation, records), OperationKind.Invocation);
            start.RegisterSymbolAction(symbol => InspectDefault(symbol, records), SymbolKind.Parameter);
        });
    }

    /// <summary><c>new SignUp("pro", 3)</c>; what stands in braces after it are assignments.</summary>
    private static void InspectCreation(OperationAnalysisContext context, ValidatedRecords records)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (records.FindEvent(creation.Type) is { } record)
        {
            InspectArguments(context, records, creation, record);
        }
    }

    /// <summary><c>{ Plan = "pro" }</c> of a creation or of <c>with</c>, and <c>signUp.Plan = "pro"</c>.</summary>
    private static void InspectAssignment(OperationAnalysisContext context, ValidatedRecords records)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation target
            && records.FindEvent(target.Instance?.Type ?? target.Property.ContainingType) is { } record)
        {
            InspectValue(context, records, record.FindProperty(target.Property.Name), assignment.Value);
        }
    }

    /// <summary><c>tracker.TrackSignUp(user, "pro", 3)</c>.</summary>
    private static void InspectCall(OperationAnalysisContext context, ValidatedRecords records)
    {
        var call = (IInvocationOperation)context.Operation;
        if (records.FindTrackedEvent(call.TargetMethod) is not { } record)
        {
            return;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter })
            {
                InspectValue(context, records, record.FindByTrackParameter(parameter.Name), argument.Value);
            }
        }
    }

    /// <summary><c>record SignUp(string Plan = "pro")</c>, an event or one that is flattened into an event.</summary>
    private static void InspectDefault(SymbolAnalysisContext context, ValidatedRecords records)
    {
        if (context.Symbol is IParameterSymbol { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } constant } parameter
            && parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: { IsRecord: true } type } constructor
            && constructor.PositionalSyntax() is not null
            && records.Get(type).FindProperty(parameter.Name) is { } property
            && FindBrokenRule(property, constant) is { } rule
            && IsSent(type, context.Compilation)
            && FindDefault(parameter, context.CancellationToken) is { } value)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, value.GetLocation(), property.Name, rule.Description));
        }
    }

    private static bool IsSent(INamedTypeSymbol type, Compilation compilation) =>
        type.FindAnnotation() is not null || CompiledEvents.TryFind(compilation)?.IsFlattened(type) == true;

    private static ExpressionSyntax? FindDefault(IParameterSymbol parameter, CancellationToken cancellation) =>
        parameter.DeclaringSyntaxReferences is [var declaration, ..] && declaration.GetSyntax(cancellation) is ParameterSyntax { Default.Value: var value }
            ? value
            : null;

    private static void InspectArguments(OperationAnalysisContext context, ValidatedRecords records, IObjectCreationOperation creation, ValidatedRecord record)
    {
        // Another constructor's parameters may mean anything. That of a compiled record doesn't show, but its names do.
        if (creation.Constructor is not { } constructor
            || (!constructor.DeclaringSyntaxReferences.IsEmpty && constructor.PositionalSyntax() is null))
        {
            return;
        }

        foreach (IArgumentOperation argument in creation.Arguments)
        {
            if (argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter })
            {
                InspectValue(context, records, record.FindProperty(parameter.Name), argument.Value);
            }
        }
    }

    private static void InspectValue(OperationAnalysisContext context, ValidatedRecords records, ValidatedProperty? property, IOperation value)
    {
        if (property is null)
        {
            return;
        }

        value = WithoutConversions(value);
        if (property.Flattened is { } flattened)
        {
            InspectFlattened(context, records, flattened, value);
            return;
        }

        if (value.ConstantValue is not { HasValue: true, Value: { } constant })
        {
            return;
        }

        if (FindBrokenRule(property, constant) is { } rule)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, value.Syntax.GetLocation(), property.Name, rule.Description));
        }
    }

    /// <summary>The first counts, as it does in generated code.</summary>
    private static ValidationRule? FindBrokenRule(ValidatedProperty property, object constant)
    {
        foreach (ValidationRule rule in property.Rules)
        {
            if (ConstantCheck.IsBroken(rule, constant))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>An event that is created within another event is checked separately.</summary>
    private static void InspectFlattened(OperationAnalysisContext context, ValidatedRecords records, INamedTypeSymbol type, IOperation value)
    {
        if (records.FindEvent(type) is not null)
        {
            return;
        }

        ValidatedRecord record = records.Get(type);
        IObjectOrCollectionInitializerOperation? initializer = null;
        if (value is IObjectCreationOperation creation)
        {
            InspectArguments(context, records, creation, record);
            initializer = creation.Initializer;
        }
        else if (value is IWithOperation change)
        {
            initializer = change.Initializer;
        }

        foreach (IOperation member in initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
        {
            if (member is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } assignment)
            {
                InspectValue(context, records, record.FindProperty(target.Property.Name), assignment.Value);
            }
        }
    }

    /// <summary>Unwraps a conversion to a nullable type: it isn't a constant, but its operand may be.</summary>
    private static IOperation WithoutConversions(IOperation value)
    {
        while (!value.ConstantValue.HasValue && value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }

        return value;
    }
}
