using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>Options whose values are numbers within bounds, refused in words of our own.</summary>
internal static class NumberOption
{
    /// <summary>A whole number.</summary>
    public static Option<int> Whole(string name, string description, int defaultValue, int least = int.MinValue) =>
        Create(
            name,
            description,
            defaultValue,
            value => value >= least,
            least == int.MinValue ? "a whole number" : $"a whole number of at least {least}"
        );

    /// <summary>A whole number that may be left out.</summary>
    public static Option<int?> OptionalWhole(string name, string description, int least) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Parse<int>(result, name, value => value >= least, $"a whole number of at least {least}"),
        };

    /// <summary>A number above 0.</summary>
    public static Option<float> Positive(string name, string description, float defaultValue) =>
        Create(name, description, defaultValue, value => value > 0 && float.IsFinite(value), "a number above 0");

    /// <summary>A number of at least 0.</summary>
    public static Option<float> NotNegative(string name, string description, float defaultValue) =>
        Create(name, description, defaultValue, value => value >= 0 && float.IsFinite(value), "a number of at least 0");

    /// <summary>A share of a whole, which is never all of it.</summary>
    public static Option<float> Share(string name, string description) =>
        Create(name, description, 0f, value => value is >= 0 and < 1, "a number from 0 to below 1");

    /// <summary>A share of a whole, neither nothing nor all of it.</summary>
    public static Option<float> PositiveShare(string name, string description, float defaultValue) =>
        Create(name, description, defaultValue, value => value is > 0 and < 1, "a number above 0 and below 1");

    private static Option<T> Create<T>(string name, string description, T defaultValue, Func<T, bool> isAllowed, string allowed)
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Parse(result, name, isAllowed, allowed),
        };

    private static T Parse<T>(ArgumentResult result, string name, Func<T, bool> isAllowed, string allowed)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[^1].Value;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out T value) && isAllowed(value))
        {
            return value;
        }

        result.AddError($"{name} must be {allowed}, received '{text}'.");
        return default;
    }
}
