using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>The fingerprint of a finding in reports. Analyzers need none, and don't have this part.</summary>
internal sealed partial record Finding
{
    /// <summary>The same for the same change, wherever it stands and however it is worded.</summary>
    public string Fingerprint
    {
        get
        {
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Id, Event, Property, Before, After)));
            return Convert.ToHexString(hash.AsSpan(0, 8)).ToLower(CultureInfo.InvariantCulture);
        }
    }
}
