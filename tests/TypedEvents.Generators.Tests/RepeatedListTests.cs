using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Tests;

public class RepeatedListTests
{
    private static readonly string[] Items = ["a", "b", "c"];

    private static readonly EquatableArray<string> Last = new(Items);

    [Fact]
    public void A_list_of_the_same_elements_is_the_list_of_the_last_run() => Assert.Same(Last, Collect(Last, Items));

    [Fact]
    public void A_list_without_elements_is_the_empty_one()
    {
        Assert.Same(EquatableArray<string>.Empty, Collect(Last));
        Assert.Same(EquatableArray<string>.Empty, Collect(null));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a,b")]
    [InlineData("a,b,c,d")]
    [InlineData("x,b,c")]
    [InlineData("a,x,c")]
    [InlineData("a,b,x")]
    [InlineData("b,a,c")]
    [InlineData("x,a,b,c")]
    public void A_list_that_differs_has_its_own_elements_and_leaves_the_last_one_as_it_was(string list)
    {
        string[] items = [.. list.Split(',').Select(item => Items.SingleOrDefault(known => known == item) ?? item)];

        Assert.Equal(items, Collect(Last, items));
        Assert.Equal(items, Collect(null, items));
        Assert.Equal(["a", "b", "c"], Last);
    }

    [Fact]
    public void Its_elements_are_there_while_it_is_collected()
    {
        var list = new RepeatedList<string>(Last, 3);
        list.Add(Items[0]);
        Assert.Equal((1, "a", "b"), (list.Count, list[0], list.Next));

        list.Add("x");
        Assert.Equal((2, "a", "x"), (list.Count, list[0], list[1]));
        Assert.Null(list.Next);
    }

    private static EquatableArray<string> Collect(EquatableArray<string>? last, params string[] items)
    {
        var list = new RepeatedList<string>(last, items.Length);
        foreach (string item in items)
        {
            list.Add(item);
        }

        return list.ToArray();
    }
}
