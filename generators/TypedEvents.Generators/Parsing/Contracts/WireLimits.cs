using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>The values that a property may have: its enum's, and what its validation attributes leave of them.</summary>
internal struct WireLimits
{
    private readonly WireValue _value;
    private int _minLength;
    private int _maxLength = int.MaxValue;
    private RangeRule? _range;
    private AllowedValuesRule? _allowed;
    private AllowedValuesRule? _denied;
    private string? _pattern;

    public WireLimits(PropertyModel property, WireValue value)
    {
        _value = value;
        foreach (ValidationRule rule in property.Rules)
        {
            Add(rule);
        }
    }

    public readonly void AddTo(JsonWriter json)
    {
        bool isList = _value.Type == WireValue.Strings;
        if (_allowed is not null)
        {
            AddList(json, "values", _allowed);
        }
        else if (_value.Enum is { Members: { Count: > 0 } members })
        {
            AddList(json, members);
        }

        json.Add("open", _value.Enum is not null && (_allowed is not null || _value.Enum.Members.Count > 0))
            .Add("flags", _value.Enum is { IsFlags: true });
        if (_denied is not null)
        {
            AddList(json, "denied", _denied);
        }

        if (_range is not null)
        {
            json.AddRaw(_range.IsMinExclusive ? "exclusiveMin" : "min", BoundOf(_range.Min))
                .AddRaw(_range.IsMaxExclusive ? "exclusiveMax" : "max", BoundOf(_range.Max));
        }

        json.Add(isList ? "minItems" : "minLength", _minLength > 0 ? _minLength : null)
            .Add(isList ? "maxItems" : "maxLength", _maxLength < int.MaxValue ? _maxLength : null)
            .Add("pattern", _pattern);
    }

    private void Add(ValidationRule rule)
    {
        switch (rule)
        {
            case LengthRule length:
                _minLength = Math.Max(_minLength, length.Min);
                _maxLength = Math.Min(_maxLength, length.Max);
                break;
            case RangeRule range:
                _range ??= range;
                break;
            case AllowedValuesRule { IsDenied: false } allowed:
                _allowed = allowed;
                break;
            case AllowedValuesRule denied:
                _denied = denied;
                break;
            case PatternRule pattern:
                _pattern = pattern.Pattern;
                break;
        }
    }

    /// <summary>The end of what a <see cref="double"/> can be is no bound: it says that there is none.</summary>
    private static string? BoundOf(object bound) => bound is double.MaxValue or double.MinValue ? null : Numbers.JsonOf(bound);

    /// <summary>Members with one name are one value. Nearly all enums are small, and comparing their names needs no set.</summary>
    private static void AddList(JsonWriter json, EquatableArray<EnumMember> members)
    {
        const int MaxCompared = 20;
        HashSet<string>? known = members.Count > MaxCompared ? new HashSet<string>(StringComparer.Ordinal) : null;
        json.OpenList("values");
        for (int i = 0; i < members.Count; i++)
        {
            string name = members[i].WireName;
            bool isNew = known?.Add(name) ?? true;
            for (int j = 0; known is null && j < i && isNew; j++)
            {
                isNew = members[j].WireName != name;
            }

            if (isNew)
            {
                json.AddItem(name);
            }
        }

        json.CloseList();
    }

    private readonly void AddList(JsonWriter json, string name, AllowedValuesRule rule)
    {
        WireValue value = _value;
        json.AddRawList(name, rule.Values.Select(allowed => value.JsonOf(allowed.Value)).OfType<string>());
    }
}
