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

    public override int? Count => Choices.Length;

    public override bool IsCategorical => true;

    public bool Equals(ChoiceOption? other) => other is not null && Choices.SequenceEqual(other.Choices);

    public override int GetHashCode() => Choices.Length;

    private protected override object ValueAt(double place) => Choices[Math.Min((int)(place * Choices.Length), Choices.Length - 1)].Value;

    private protected override double PlaceOfNormal(object value) => (IndexOf(value) + 0.5) / Choices.Length;

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
            $"{OptionText.Of(value)} is none of {string.Join(", ", Choices.Select(alternative => OptionText.Of(alternative.Value)))}.",
            nameof(value)
        );
    }
}

/// <summary>A value of a choice.</summary>
/// <param name="Value">The value.</param>
/// <param name="Space">What varies where it is chosen.</param>
internal sealed record SearchAlternative(object Value, CnnSearchSpace Space);
