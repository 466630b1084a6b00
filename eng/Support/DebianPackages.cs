namespace TypedEvents.Eng.Support;

/// <summary>Installs packages of Debian and Ubuntu, if this user is permitted to.</summary>
internal static class DebianPackages
{
    /// <returns>Whether they were installed. If not, the caller says what is missing.</returns>
    public static async Task<bool> TryInstallAsync(params string[] packages)
    {
        if (!OperatingSystem.IsLinux() || !Shell.Has("apt-get"))
        {
            return false;
        }

        string[] sudo = [];
        if (!System.Environment.IsPrivilegedProcess)
        {
            // Without a terminal sudo can't ask for a password.
            if (!Shell.Has("sudo") || await Shell.TryRunAsync("sudo", ["-n", "true"], Discard) != 0)
            {
                return false;
            }

            sudo = ["sudo", "-n"];
        }

        string[] update = [.. sudo, "apt-get", "update", "-qq"];
        string[] install = [.. sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", .. packages];
        return await Shell.TryRunAsync(update[0], update[1..], Discard) == 0
            && await Shell.TryRunAsync(install[0], install[1..], Discard, new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" }) == 0;
    }

    private static void Discard(string line)
    {
    }
}
