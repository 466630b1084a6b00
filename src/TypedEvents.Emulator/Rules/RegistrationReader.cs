using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>Reads the body of <c>POST /v1/user/register</c> by the documented rules.</summary>
internal static class RegistrationReader
{
    public const string Path = "/v1/user/register";

    private const int MaxUsers = 100;
    private const int MaxLength = 256;

    public static List<UserIdentity> Read(JsonElement body)
    {
        Dictionary<string, JsonElement> members = JsonRules.Members(body, JsonRules.Body, "identity_name", "identity_values");
        string name = JsonRules.String(JsonRules.Required(members, "identity_name", JsonRules.Body), "identity_name");
        if (name is not ("user_id" or "anonymous_id" or "registration_id"))
        {
            throw RejectionException.At("identity_name", "must be user_id, anonymous_id or registration_id.");
        }

        JsonElement values = JsonRules.Array(JsonRules.Required(members, "identity_values", JsonRules.Body), "identity_values", MaxUsers);
        var users = new List<UserIdentity>(values.GetArrayLength());
        foreach (JsonElement value in values.EnumerateArray())
        {
            string place = $"identity_values[{users.Count}]";
            string text = JsonRules.NonEmptyString(value, place);
            users.Add(text.Length <= MaxLength
                ? new UserIdentity(name, text)
                : throw RejectionException.At(place, $"must have at most {MaxLength} characters."));
        }

        return users;
    }
}
