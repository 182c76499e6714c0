using Microsoft.ML.Cnn.Experiments.Spaces;

namespace Microsoft.ML.Cnn;

/// <summary>
/// One thing that a <see cref="CnnSearchSpace"/> lets vary: a number in a range, or a choice. A description, immutable, with a default that experiments
/// begin with.
/// </summary>
public abstract record CnnSearchOption
{
    private protected CnnSearchOption() { }

    /// <summary>The value that an experiment tries first: a <see cref="double"/>, an <see cref="int"/>, or one of the values of a choice.</summary>
    public abstract object Default { get; }

    /// <summary>How many values there are; null for a range of real numbers.</summary>
    public abstract int? Count { get; }

    /// <summary>Whether it is a choice: values that are near each other have nothing in common. Else it is a number in a range.</summary>
    public abstract bool IsCategorical { get; }

    /// <summary>
    /// The value at a place: from 0 to 1 they go through all values in their order, those of a logarithmic range by their logarithm. At a place that is drawn uniformly each value
    /// is as likely as any other.
    /// </summary>
    /// <param name="place">From 0 to 1; beyond the ends it is the value at the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The place is NaN.</exception>
    public object At(double place) =>
        double.IsNaN(place)
            ? throw new ArgumentOutOfRangeException(nameof(place), place, "A place lies from 0 to 1, received NaN.")
            : ValueAt(Math.Clamp(place, 0, 1));

    /// <summary>The place of a value, from 0 to 1: where there are steps, the middle of the places that <see cref="At"/> maps to it.</summary>
    /// <exception cref="ArgumentException">It is no value of this option.</exception>
    public double PlaceOf(object value) => PlaceOfNormal(CnnParameters.Normalize(value));

    private protected abstract object ValueAt(double place);

    /// <param name="value">As parameters keep it.</param>
    private protected abstract double PlaceOfNormal(object value);

    /// <summary>A number whose absolute size matters: dropout, momentum.</summary>
    /// <param name="minimum">The least, finite.</param>
    /// <param name="maximum">The greatest, above the least.</param>
    /// <param name="defaultValue">Tried first; the middle unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or the default lies outside.</exception>
    public static CnnSearchOption Uniform(double minimum, double maximum, double? defaultValue = null) =>
        new UniformRange(minimum, maximum, IsLogarithmic: false, defaultValue ?? (minimum + maximum) / 2);

    /// <summary>A number whose factor matters: learning rate, weight decay.</summary>
    /// <param name="minimum">The least, above 0.</param>
    /// <param name="maximum">The greatest, above the least.</param>
    /// <param name="defaultValue">Tried first; the geometric mean of both unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or the default lies outside.</exception>
    public static CnnSearchOption LogUniform(double minimum, double maximum, double? defaultValue = null) =>
        new UniformRange(minimum, maximum, IsLogarithmic: true, defaultValue ?? Math.Sqrt(minimum * maximum));

    /// <summary>A whole number.</summary>
    /// <param name="minimum">The least.</param>
    /// <param name="maximum">The greatest, at least the least.</param>
    /// <param name="isLogarithmic">Whether its factor matters, as with widths and batch sizes; the least is then at least 1.</param>
    /// <param name="defaultValue">Tried first; the middle unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or the default lies outside.</exception>
    public static CnnSearchOption Integer(int minimum, int maximum, bool isLogarithmic = false, int? defaultValue = null) =>
        IntegerRange.Create(minimum, maximum, isLogarithmic, defaultValue);

    /// <summary>One of several values.</summary>
    /// <param name="values">Numbers, texts, truth values or enumeration values, at least one and none twice; the first is tried first.</param>
    /// <exception cref="ArgumentException">There is none, or one twice, or one of a type that cannot be written to a file.</exception>
    public static CnnSearchOption Choice(params object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ChoiceOption([.. values.Select(value => new SearchAlternative(CnnParameters.Normalize(value), CnnSearchSpace.Empty))]);
    }

    /// <summary>One of several alternatives, each with things of its own that vary only where it is chosen.</summary>
    /// <param name="alternatives">Names, and what varies under them, as it is now; the first is tried first.</param>
    /// <exception cref="ArgumentException">There is none, or one twice, or one without a name or a space.</exception>
    public static CnnSearchOption Alternatives(params (string Name, CnnSearchSpace Space)[] alternatives)
    {
        ArgumentNullException.ThrowIfNull(alternatives);
        return new ChoiceOption([
            .. alternatives.Select(alternative => new SearchAlternative(
                NameOf(alternative.Name),
                alternative.Space?.Snapshot()
                    ?? throw new ArgumentException(
                        $"An alternative has a space, received null for '{alternative.Name}'. What would work where nothing varies under it: [].",
                        nameof(alternatives)
                    )
            )),
        ]);

        static string NameOf(string name) =>
            string.IsNullOrEmpty(name)
                ? throw new ArgumentException("An alternative has a name, received none.", nameof(alternatives))
                : name;
    }
}
