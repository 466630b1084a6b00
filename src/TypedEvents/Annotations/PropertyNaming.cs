namespace TypedEvents;

/// <summary>How wire names are made from C# names.</summary>
public enum PropertyNaming
{
    /// <summary><c>HTTPStatus</c> becomes <c>http_status</c>, as <c>JsonNamingPolicy.SnakeCaseLower</c> makes it.</summary>
    SnakeCase,

    /// <summary><c>HTTPStatus</c> becomes <c>httpStatus</c>, as <c>JsonNamingPolicy.CamelCase</c> makes it.</summary>
    CamelCase,

    /// <summary><c>HTTPStatus</c> stays <c>HTTPStatus</c>.</summary>
    AsDeclared,
}
