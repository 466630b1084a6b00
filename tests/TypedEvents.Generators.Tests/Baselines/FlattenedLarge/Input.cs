using TypedEvents;

namespace Shop;

public record Small(int A, int B);

public record Large
{
    public int P00 { get; init; }
    public int P01 { get; init; }
    public int P02 { get; init; }
    public int P03 { get; init; }
    public int P04 { get; init; }
    public int P05 { get; init; }
    public int P06 { get; init; }
    public int P07 { get; init; }
    public int P08 { get; init; }
    public int P09 { get; init; }
    public int P10 { get; init; }
    public int P11 { get; init; }
    public int P12 { get; init; }
    public int P13 { get; init; }
    public int P14 { get; init; }
    public int P15 { get; init; }
    public int P16 { get; init; }
    public int P17 { get; init; }
    public int P18 { get; init; }
    public int P19 { get; init; }
    public int P20 { get; init; }
    public int P21 { get; init; }
    public int P22 { get; init; }
    public int P23 { get; init; }
    public int P24 { get; init; }
    public int P25 { get; init; }
    public int P26 { get; init; }
    public int P27 { get; init; }
    public int P28 { get; init; }
    public int P29 { get; init; }
    public int P30 { get; init; }
    public int P31 { get; init; }
    public int P32 { get; init; }
    public int P33 { get; init; }
    public int P34 { get; init; }
    public int P35 { get; init; }
    public int P36 { get; init; }
    public int P37 { get; init; }
    public int P38 { get; init; }
    public int P39 { get; init; }
    public int P40 { get; init; }
    public int P41 { get; init; }
    public int P42 { get; init; }
    public int P43 { get; init; }
    public int P44 { get; init; }
    [Flatten] public Small? Small { get; init; }
}

[EngageEvent("large")]
public partial record LargeEvent(int First, [Flatten] Large? Large, [Flatten] Small Small);
