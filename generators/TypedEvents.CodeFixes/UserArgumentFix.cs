using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TypedEvents.Generators.Analyzers;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.CodeFixes;

/// <summary>
/// Makes an <c>EngageUser</c> of an id. Where there is no user, it takes one that is in scope; otherwise it writes a name that doesn't
/// compile, as no id could be guessed.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UserArgumentFix))]
public sealed class UserArgumentFix : EventFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TE0029");

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await Place.OfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is not { } place)
        {
            return;
        }

        // The diagnostic is on the method's name if the user is missing, and on the argument otherwise.
        var writer = new UserWriter(place);
        if (place.Find<ArgumentSyntax>() is { Expression: { } expression } && expression.Span == diagnostic.Location.SourceSpan)
        {
            Wrap(context, diagnostic, place, expression, writer);
        }
        else if (place.Find<InvocationExpressionSyntax>() is { } call)
        {
            Offer(context, diagnostic, "Give the user", nameof(UserArgumentFix), (_, _) =>
            {
                ExpressionSyntax user = FindUser(place.Model, call.SpanStart) is { } name
                    ? SyntaxFactory.IdentifierName(name)
                    : writer.User("UserId", SyntaxFactory.IdentifierName("userId"));
                return Task.FromResult(place.Replace(call, WithUser(call, user)));
            });
        }
    }

    private static void Wrap(CodeFixContext context, Diagnostic diagnostic, Place place, ExpressionSyntax expression, UserWriter writer)
    {
        ITypeSymbol? type = place.Model.GetTypeInfo(expression, context.CancellationToken).Type;
        ExpressionSyntax id = expression.WithoutTrivia();
        if (UserArgumentAnalyzer.IsNumber(type))
        {
            Add("Make it an EUID", "Euid", () => writer.Euid(id));
            Add("Make it a user id", "UserId", () => writer.User("UserId", writer.ToInvariantString(id)));
        }
        else
        {
            bool isString = type is { SpecialType: SpecialType.System_String };
            Add("Make it a user id", "UserId", () => writer.User("UserId", isString ? id : writer.ToString(id)));
            Add("Make it an anonymous id", "AnonymousId", () => writer.User("AnonymousId", isString ? id : writer.ToString(id)));
        }

        void Add(string title, string key, Func<ExpressionSyntax> make) => Offer(context, diagnostic, title, nameof(UserArgumentFix) + key, (_, _) =>
            Task.FromResult(place.Replace(expression, make().WithTriviaFrom(expression))));
    }

    /// <summary>A local, parameter, field or property that holds a user.</summary>
    private static string? FindUser(SemanticModel model, int position) => model.LookupSymbols(position)
        .Where(symbol => symbol is not ILocalSymbol local || local.Locations[0].SourceSpan.Start < position)
        .Where(symbol => TypeOf(symbol) is INamedTypeSymbol type && (type.IsInLibrary("EngageUser") || type.IsInLibrary("Euid")))
        .OrderBy(symbol => symbol is ILocalSymbol or IParameterSymbol ? 0 : 1)
        .ThenBy(symbol => symbol.Name, StringComparer.Ordinal)
        .FirstOrDefault()?.Name;

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    private static InvocationExpressionSyntax WithUser(InvocationExpressionSyntax call, ExpressionSyntax user)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        ArgumentSyntax argument = SyntaxFactory.Argument(user).WithLeadingTrivia(arguments[0].GetLeadingTrivia());
        arguments = arguments.Replace(arguments[0], arguments[0].WithLeadingTrivia(SyntaxFactory.Space)).Insert(0, argument);
        return call.WithArgumentList(call.ArgumentList.WithArguments(arguments));
    }

    /// <summary>Writes users; the IDE shortens the names of types to what the file has usings for.</summary>
    private sealed class UserWriter(Place place)
    {
        private readonly SyntaxGenerator _generator = SyntaxGenerator.GetGenerator(place.Document);

        public ExpressionSyntax User(string kind, ExpressionSyntax id) =>
            Call(_generator.MemberAccessExpression(TypeNamed("TypedEvents.EngageUser"), kind), id);

        public ExpressionSyntax Euid(ExpressionSyntax id) =>
            (ExpressionSyntax)_generator.ObjectCreationExpression(TypeNamed("TypedEvents.Euid"), id);

        public ExpressionSyntax ToString(ExpressionSyntax id) => Call(Member(id, nameof(ToString)));

        public ExpressionSyntax ToInvariantString(ExpressionSyntax id) => Call(
            Member(id, nameof(ToString)),
            SyntaxFactory.ParseExpression("System.Globalization.CultureInfo.InvariantCulture"));

        private SyntaxNode Member(ExpressionSyntax id, string name) => _generator.MemberAccessExpression(
            id is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or LiteralExpressionSyntax
                ? id
                : SyntaxFactory.ParenthesizedExpression(id),
            name);

        private ExpressionSyntax Call(SyntaxNode method, params SyntaxNode[] arguments) =>
            (ExpressionSyntax)_generator.InvocationExpression(method, arguments);

        private SyntaxNode TypeNamed(string name) =>
            _generator.TypeExpression(place.Model.Compilation.GetTypeByMetadataName(name)!, addImport: true);
    }
}
