namespace TypedEvents.Generators.Model;

/// <summary>
/// The typed calls of an event, <c>TrackSignUp</c> and <c>TrackSignUpAsync</c>: each for a tracker with a user, and for the current user's tracker.
/// </summary>
/// <param name="ClassName">The class that holds them.</param>
/// <param name="MethodName">The name of the one that doesn't wait; the other's ends in <c>Async</c>.</param>
/// <param name="IsPublic">Whether everyone sees the event; otherwise its own assembly does.</param>
/// <param name="IsOblivious">Whether the record was written where nullable annotations are off.</param>
/// <param name="Attributes">The attributes that the calls copy from the record, in C#: <c>[global::System.Obsolete]</c>.</param>
/// <param name="Parameters">The event's part of the parameters, in order.</param>
/// <param name="ConstructorArguments">The names of those that go to the constructor, in its order.</param>
/// <param name="Initializers">The required members and what they are set to.</param>
internal sealed record TrackMethodsModel(
    string ClassName,
    string MethodName,
    bool IsPublic,
    bool IsOblivious,
    EquatableArray<string> Attributes,
    EquatableArray<ParameterModel> Parameters,
    EquatableArray<string> ConstructorArguments,
    EquatableArray<MemberInitializer> Initializers);

/// <summary>A parameter.</summary>
/// <param name="Name">Its name, not escaped.</param>
/// <param name="Type">Its type in C#.</param>
/// <param name="Default">Its default value in C#, if it has one.</param>
/// <param name="CallerInfo">The attribute by which the compiler fills it in, in C#, if it has one.</param>
internal sealed record ParameterModel(string Name, string Type, string? Default, string? CallerInfo);

/// <summary>A required member and the parameter that it is set to.</summary>
internal sealed record MemberInitializer(string Member, string Parameter);
