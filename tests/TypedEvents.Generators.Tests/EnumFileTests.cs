using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>The files of enums, which all events of a project share.</summary>
public class EnumFileTests
{
    [Theory]
    [InlineData("public enum Plan { Free, Pro }", "public enum Plan { Free, Pro }", 1)]
    [InlineData("public enum Plan { Free, Pro }", "public enum Plan { Free, Team }", 2)]
    [InlineData("public enum Plan { Free, Pro }", "public enum Plan { Free, Pro = -1 }", 2)]
    [InlineData("public enum Plan { Free, Pro }", "public enum plan { Free, Pro }", 2)]
    [InlineData("public enum Plan { Free, Pro }", "public enum Plan : byte { Free, Pro }", 2)]
    [InlineData("public enum Plan { Free = 1 }", "[System.Flags] public enum Plan { Free = 1 }", 2)]
    public void Enums_of_one_name_share_a_file_only_if_they_are_sent_alike(string one, string other, int files)
    {
        Generated generated = new Project($$"""
            #pragma warning disable
            using TypedEvents;
            namespace One { {{one}} }
            namespace Other { {{other}} }
            namespace Shop
            {
                [EngageEvent("first")] public partial record First(One.Plan Plan, System.Collections.Generic.List<One.Plan>? Plans = null);
                [EngageEvent("second")] public partial record Second(Other.{{(other.Contains("plan", StringComparison.Ordinal) ? "plan" : "Plan")}} Plan);
            }
            """).Generate().AssertSilent();

        Assert.Equal(files, generated.Files.Length - generated.EventFiles.Count);
    }

    [Fact]
    public void A_private_enum_with_a_keyword_as_name_is_sent()
    {
        Generated generated = new Project("""
            #pragma warning disable
            using TypedEvents;
            public partial class Cart
            {
                private enum @class { First }
                [EngageEvent("closed")] private partial record Closed(@class Class, [Flatten] Inner Inner);
                private record Inner(@class? Second);
            }
            """).Generate().AssertSilent();

        Assert.Equal(2, generated.Files.Length);
    }
}
