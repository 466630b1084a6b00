namespace TypedEvents;

/// <summary>The kinds of ids by which an application knows its users.</summary>
internal enum UserIdentityKind
{
    UserId,
    AnonymousId,
    RegistrationId,
}
