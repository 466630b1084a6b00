using Microsoft.Win32.SafeHandles;

namespace TypedEvents.Tests;

public sealed class StandardErrorTests
{
    [Theory]
    [InlineData(FileMode.Create)]
    [InlineData(FileMode.Append)]
    public void Lines_in_a_file_do_not_overwrite_those_of_others(FileMode mode)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "before\n");
            using (SafeFileHandle opened = new FileStream(file, mode, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0).SafeFileHandle)
            {
                nint descriptor = opened.DangerousGetHandle();
                StandardError.WriteLine(descriptor, "first €");
                StandardError.WriteLine(descriptor, "second");
                using var other = new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                other.Write("other"u8);
            }

            Assert.Equal((mode == FileMode.Append ? "before\n" : "") + "first €\nsecond\nother", File.ReadAllText(file).ReplaceLineEndings("\n"));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
