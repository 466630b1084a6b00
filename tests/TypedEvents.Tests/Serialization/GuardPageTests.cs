using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedEvents.Tests;

/// <summary>Unchecked copies read and write exactly the bytes that they promise: the last one is followed by a protected page, and touching it ends the process.</summary>
public sealed class GuardPageTests
{
    private const int PageBytes = 4096;

    [Fact]
    public void Plain_text_is_read_and_written_to_the_last_byte()
    {
        Span<byte> source = PageBeforeGuard();
        Span<byte> destination = PageBeforeGuard();
        for (int length = 0; length <= 300; length++)
        {
            Span<byte> written = destination[^Math.Max(length, PlainText.MinTouched)..];
            written.Clear();
            Span<char> text = MemoryMarshal.Cast<byte, char>(source)[^length..];
            text.Fill('x');
            Assert.Equal(length, Copy(written, text));
            Assert.True(written[..length].IndexOfAnyExcept((byte)'x') < 0);
            for (int special = 0; special < length; special += 7)
            {
                text[special] = '\u6F22';
                Assert.InRange(Copy(written, text), 0, special);
                text[special] = 'x';
            }
        }
    }

    private static int Copy(Span<byte> destination, ReadOnlySpan<char> text)
    {
        ref readonly char first = ref MemoryMarshal.GetReference(text);
        if (text.Length > PlainText.MaxShort)
        {
            return PlainText.CopyLong(ref destination[0], in first, text.Length);
        }

        return PlainText.TryCopyShort(ref destination[0], in first, text.Length) ? text.Length : 0;
    }

    [Fact]
    public void Other_text_is_read_to_the_last_byte()
    {
        Span<byte> source = PageBeforeGuard();
        Span<byte> destination = new byte[10_000];
        foreach (char special in "\"\u0001\u00E9\u6F22\uD83D\uDE00")
        {
            for (int length = 1; length <= 60; length++)
            {
                Span<char> text = MemoryMarshal.Cast<byte, char>(source[^(2 * length)..]);
                text.Fill('x');
                text[^1] = special;
                text[length / 2] = special;
                JsonText.Write(ref destination[0], text);
            }
        }
    }

    [Fact]
    public void Names_are_read_and_written_to_the_last_byte()
    {
        Span<byte> source = PageBeforeGuard();
        Span<byte> destination = PageBeforeGuard();
        for (int length = 1; length <= 200; length++)
        {
            Span<byte> name = source[^length..];
            name.Fill((byte)length);
            RawBytes.Copy(ref destination[^length], name);
            Assert.True(destination[^length..].SequenceEqual(name));

            Span<byte> written = destination[^Math.Max(length, RawBytes.LiteralTouched)..];
            RawBytes.CopyLiteral(ref written[0], name);
            Assert.True(written.StartsWith(name));

            written = destination[^Math.Max(length + 1, RawBytes.LiteralTouched)..];
            RawBytes.CopyLiteralAndQuote(ref written[0], name);
            Assert.True(written.StartsWith(name));
            Assert.Equal((byte)'"', written[length]);
        }
    }

    [Fact]
    public void Each_form_of_a_value_stays_within_its_limit()
    {
        Span<byte> destination = PageBeforeGuard();
        ref byte first = ref destination[^EventWriter.MaxValueBytes];
        foreach (ulong number in new ulong[] { 0, 9, 99, 999, 9_999, 99_999, 99_999_999, 100_000_000, 9_999_999_999_999_999, ulong.MaxValue })
        {
            IntegerForm.Write(ref first, number);
            IntegerForm.Write(ref first, -(long)number);
            QuotedIntegerForm.Write(ref first, number);
            ElementForm<ulong, QuotedIntegerForm>.Write(ref first, number);
            FractionForm.Write(ref first, number / -1000d);
            FractionForm.Write(ref first, number / -1e8);
            FractionForm.Write(ref first, number / -7d);
            FractionForm.Write(ref first, (float)number / 7);
            FractionForm.Write(ref first, new decimal((int)number, (int)(number >> 32), 0, true, 8));
            MillisecondsForm.Write(ref first, new TimeSpan((long)number));
        }

        IntegerForm.Write(ref first, Int128.MinValue);
        IntegerForm.Write(ref first, UInt128.MaxValue);
        FractionForm.Write(ref first, -double.MaxValue);
        FractionForm.Write(ref first, double.Epsilon);
        FractionForm.Write(ref first, -float.MaxValue);
        FractionForm.Write(ref first, Half.MinValue);
        FractionForm.Write(ref first, new decimal(-1, -1, -1, true, 28));
        FractionForm.Write(ref first, decimal.MinValue);
        GuidForm.Write(ref first, Guid.AllBitsSet);
        ElementForm<Guid, GuidForm>.Write(ref first, Guid.AllBitsSet);
        Iso8601Form.Write(ref first, DateTime.MaxValue);
        DateAndTimeForm.Write(ref first, DateTime.MaxValue);
        UnixMillisecondsForm.Write(ref first, DateTime.MinValue);
        DateOnlyForm.Write(ref first, DateOnly.MaxValue);
        TimeOnlyForm.Write(ref first, TimeOnly.MaxValue);
        CharacterForm.Write(ref first, '\u0001');
        CharacterForm.Write(ref first, '\uFFFF');
        BooleanStringForm.Write(ref first, false);
        BooleanLiteralForm.Write(ref first, false);
        Assert.True(destination.Length == PageBytes);
    }

    /// <summary>A page of memory, and behind it one that can't be touched.</summary>
    private static Span<byte> PageBeforeGuard()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.SystemPageSize == PageBytes, "The pages are Linux's.");
        const int ReadAndWrite = 3;
        const int PrivateAndAnonymous = 0x22;
        nint pages = Map(0, 2 * PageBytes, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        Assert.NotEqual(-1, pages);
        Assert.Equal(0, Protect(pages + PageBytes, PageBytes, 0));
        return MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), pages), PageBytes);
    }

    [DllImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Protect(nint address, nint length, int protection);
}
