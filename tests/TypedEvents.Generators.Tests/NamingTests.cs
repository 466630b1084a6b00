using System.Text.Json;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Tests;

public class NamingTests
{
    private static readonly string[] Words =
    [
        "", "a", "A", "plan", "Plan", "HTTP", "HTTPStatus", "HttpStatus", "IPAddress", "ID", "Id", "XMLReader", "SHA512Hash", "SHA512HashValue",
        "v2", "V2", "V2Api", "Area51", "Area51Zone", "A1B2", "a1B2c3", "_private", "__two", "_Private", "snake_case", "Snake_Case", "SNAKE_CASE",
        "trailing_", "Trailing_", "double__Under", "I", "Istanbul", "ISTANBUL", "İstanbul", "ıI", "Größe", "GRÖSSE", "ÜberGröße", "ẞeta", "ΑΒΓδ",
        "Имя", "ИМЯПользователя", "名前", "名前Name", "Name名前", "プラン2", "nameΣ", "ΣName", "ǅungla", "ǅ", "ʰx", "Xʰ", "x\u0301Y", "X٣Y", "a٣B",
        "𝐀𝐁", "𐐀𐐨", "ⅠⅡ", "A‿B", "IOStream", "PlanID", "URL", "URLs", "aB", "aBC", "ABc", "ABcD", "aBcD", "É", "ÉÀé", "AÉé",
    ];

    /// <summary>Every run of up to five of a capital, a small letter, a digit and an underscore.</summary>
    private static IEnumerable<string> Pairs()
    {
        IEnumerable<string> names = [""];
        for (int length = 1; length <= 5; length++)
        {
            names = names.SelectMany(name => "Ab3_".Select(next => name + next)).ToList();
            foreach (string name in names)
            {
                yield return name;
            }
        }
    }

    [Fact]
    public void Snake_case_is_that_of_System_Text_Json()
    {
        foreach (string name in Words.Concat(Pairs()))
        {
            Assert.Equal(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), NamingPolicy.SnakeCase(name));
        }
    }

    [Fact]
    public void Camel_case_is_that_of_System_Text_Json()
    {
        foreach (string name in Words.Concat(Pairs()))
        {
            Assert.Equal(JsonNamingPolicy.CamelCase.ConvertName(name), NamingPolicy.CamelCase(name));
        }
    }
}
