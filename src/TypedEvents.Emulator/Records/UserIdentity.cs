namespace TypedEvents.Emulator;

/// <summary>A user's external id: its kind and its value.</summary>
/// <param name="Name"><c>user_id</c>, <c>anonymous_id</c> or <c>registration_id</c>.</param>
/// <param name="Value">The id, 1 to 256 characters.</param>
public readonly record struct UserIdentity(string Name, string Value);
