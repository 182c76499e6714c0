using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Experiments.Spaces;

/// <summary>One of several values, each with what varies only where it is chosen.</summary>
internal sealed record ChoiceOption : CnnSearchOption
{
    public ChoiceOption(ImmutableArray<SearchAlternative> alternatives)
    {
        if (alternatives.IsEmpty)
        {
            throw new ArgumentException("A choice needs at least one value, received none.", nameof(alternatives));
        }

        foreach (IGrouping<object, SearchAlternative> same in alternatives.GroupBy(alternative => alternative.Value))
        {
            if (same.Skip(1).Any())
            {
                throw new ArgumentException($"A choice has each value once, received '{same.Key}' twice.", nameof(alternatives));
            }
        }

        Choices = alternatives;
    }

    public ImmutableArray<SearchAlternative> Choices { get; }

    public override object Default => Choices[0].Value;

    internal override int? Count => Choices.Length;

    public bool Equals(ChoiceOption? other) => other is not null && Choices.SequenceEqual(other.Choices);

    public override int GetHashCode() => Choices.Length;

    internal override object At(double place) => Choices[(int)Math.Clamp(place * Choices.Length, 0, Choices.Length - 1)].Value;

    internal override double PlaceOf(object value) => (IndexOf(value) + 0.5) / Choices.Length;

    /// <exception cref="ArgumentException">It is none of the values.</exception>
    internal int IndexOf(object value)
    {
        for (int i = 0; i < Choices.Length; i++)
        {
            if (Choices[i].Value.Equals(value))
            {
                return i;
            }
        }

        throw new ArgumentException(
            $"'{value}' is none of the values of the choice: {string.Join(", ", Choices.Select(alternative => alternative.Value))}.",
            nameof(value)
        );
    }
}

/// <summary>A value of a choice.</summary>
/// <param name="Value">The value.</param>
/// <param name="Space">What varies where it is chosen.</param>
internal sealed record SearchAlternative(object Value, CnnSearchSpace Space);
