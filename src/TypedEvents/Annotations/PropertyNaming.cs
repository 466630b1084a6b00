namespace TypedEvents;

/// <summary>How wire names are derived from C# names.</summary>
public enum PropertyNaming
{
    /// <summary><c>HTTPStatus</c> becomes <c>http_status</c>, as with <c>JsonNamingPolicy.SnakeCaseLower</c>.</summary>
    SnakeCase,

    /// <summary><c>HTTPStatus</c> becomes <c>httpStatus</c>, as with <c>JsonNamingPolicy.CamelCase</c>.</summary>
    CamelCase,

    /// <summary><c>HTTPStatus</c> stays <c>HTTPStatus</c>.</summary>
    AsDeclared,
}
