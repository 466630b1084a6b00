namespace TypedEvents.Cli;

/// <summary>Names of properties that usually hold personal data.</summary>
internal static class PersonalNames
{
    /// <summary>Sequences of words, and what they usually hold. A name with all of a sequence's words side by side is one of them.</summary>
    private static readonly (string[] Words, string Kind)[] Known =
    [
        (["email"], "an e-mail address"),
        (["e", "mail"], "an e-mail address"),
        (["mail", "address"], "an e-mail address"),
        (["phone"], "a phone number"),
        (["mobile", "number"], "a phone number"),
        (["msisdn"], "a phone number"),
        (["first", "name"], "a person's name"),
        (["last", "name"], "a person's name"),
        (["full", "name"], "a person's name"),
        (["given", "name"], "a person's name"),
        (["family", "name"], "a person's name"),
        (["surname"], "a person's name"),
        (["middle", "name"], "a person's name"),
        (["user", "name"], "a person's name"),
        (["username"], "a person's name"),
        (["birth", "date"], "a date of birth"),
        (["birthdate"], "a date of birth"),
        (["birthday"], "a date of birth"),
        (["date", "of", "birth"], "a date of birth"),
        (["dob"], "a date of birth"),
        (["street"], "a postal address"),
        (["postal", "code"], "a postal address"),
        (["zip", "code"], "a postal address"),
        (["postcode"], "a postal address"),
        (["home", "address"], "a postal address"),
        (["billing", "address"], "a postal address"),
        (["shipping", "address"], "a postal address"),
        (["ip"], "an IP address"),
        (["ip", "address"], "an IP address"),
        (["latitude"], "a place"),
        (["longitude"], "a place"),
        (["ssn"], "a national identity number"),
        (["social", "security"], "a national identity number"),
        (["passport"], "a national identity number"),
        (["national", "id"], "a national identity number"),
        (["tax", "id"], "a national identity number"),
        (["iban"], "a bank account"),
        (["card", "number"], "a payment card"),
        (["credit", "card"], "a payment card"),
        (["cvv"], "a payment card"),
        (["gender"], "a personal trait"),
        (["ethnicity"], "a personal trait"),
        (["religion"], "a personal trait"),
        (["password"], "a secret"),
        (["secret"], "a secret"),
        (["access", "token"], "a secret"),
        (["api", "key"], "a secret"),
    ];

    /// <summary>What a property of this name usually holds, with an article; <see langword="null"/> where nothing speaks for personal data.</summary>
    public static string? Find(string name)
    {
        string[] words = Words.Of(name);
        foreach ((string[] sequence, string kind) in Known)
        {
            for (int begin = 0; begin + sequence.Length <= words.Length; begin++)
            {
                if (words.AsSpan(begin, sequence.Length).SequenceEqual(sequence))
                {
                    return kind;
                }
            }
        }

        return null;
    }
}
