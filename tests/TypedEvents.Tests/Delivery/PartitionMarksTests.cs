namespace TypedEvents.Tests;

/// <summary>Which partitions have a position noted decides whether a lane has anything to read again, and so whether a flush has ended.</summary>
public sealed class PartitionMarksTests
{
    [Fact]
    public void A_user_without_a_waiting_event_notes_nothing()
    {
        var marks = new PartitionMarks();

        marks.Note(3, UnregisteredUser.NoPosition);

        Assert.True(marks.IsEmpty);
        Assert.Null(marks[3]);
    }

    [Fact]
    public void Of_several_positions_the_first_is_noted_until_it_is_removed()
    {
        var marks = new PartitionMarks();
        marks.Note(3, 7);
        marks.Note(3, 5);
        marks.Note(3, UnregisteredUser.NoPosition);
        marks.Note(4, 9);

        Assert.Equal((5, 9, false), (marks[3], marks[4], marks.IsEmpty));
        Assert.Equal((false, true), (marks.HasUpTo(4), marks.HasUpTo(5)));

        marks.Remove(3);
        Assert.False(marks.IsEmpty);
        marks.Remove(4);
        Assert.True(marks.IsEmpty);
    }
}
