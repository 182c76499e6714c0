namespace Microsoft.ML.Cnn.Experiments.Spaces;

/// <summary>A whole number between two others, both included.</summary>
internal sealed record IntegerRange : CnnSearchOption
{
    private readonly int defaultValue;

    private IntegerRange(int minimum, int maximum, bool isLogarithmic, int defaultValue) =>
        (Minimum, Maximum, IsLogarithmic, this.defaultValue) = (minimum, maximum, isLogarithmic, defaultValue);

    public int Minimum { get; }

    public int Maximum { get; }

    public bool IsLogarithmic { get; }

    public override object Default => defaultValue;

    public override int? Count => checked(Maximum - Minimum + 1);

    public override bool IsCategorical => false;

    // Each number owns half the way to its neighbours.
    private double From => Scale(Minimum - 0.5);

    private double To => Scale(Maximum + 0.5);

    public static IntegerRange Create(int minimum, int maximum, bool isLogarithmic, int? defaultValue)
    {
        if (minimum > maximum || (long)maximum - minimum >= int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maximum),
                maximum,
                $"A range goes from a number to one that is at least as great, received {minimum} to {maximum}."
            );
        }

        if (isLogarithmic && minimum < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(minimum),
                minimum,
                $"A logarithmic range begins at 1 or above, received {minimum}."
            );
        }

        int first =
            defaultValue
            ?? (int)Math.Round(isLogarithmic ? Math.Sqrt((double)minimum * maximum) : minimum + ((double)maximum - minimum) / 2);
        return first >= minimum && first <= maximum
            ? new IntegerRange(minimum, maximum, isLogarithmic, first)
            : throw new ArgumentOutOfRangeException(
                nameof(defaultValue),
                first,
                $"The default must lie in the range from {minimum} to {maximum}, received {first}."
            );
    }

    private protected override object ValueAt(double place)
    {
        double scaled = From + place * (To - From);
        return (int)Math.Clamp(Math.Round(IsLogarithmic ? Math.Exp(scaled) : scaled), Minimum, Maximum);
    }

    private protected override double PlaceOfNormal(object value) =>
        value is int number && number >= Minimum && number <= Maximum
            ? (Scale(number) - From) / (To - From)
            : throw new ArgumentException(
                $"{OptionText.Of(value)} is no whole number from {Minimum} to {Maximum}, of type Int32.",
                nameof(value)
            );

    private double Scale(double number) => IsLogarithmic ? Math.Log(number) : number;
}
