using System;
using TypedEvents;

namespace Shop;

[EngageEvent("defaults")]
public partial record Defaults(
    int Context,
    string Text = "quote \" newline \n",
    char Character = '\'',
    double Nan = double.NaN,
    float Rate = 1.5f,
    decimal Price = 1.50m,
    long Big = long.MinValue,
    DayOfWeek Day = DayOfWeek.Friday,
    DayOfWeek? Other = null,
    Guid Id = default,
    params string[] Tags);
