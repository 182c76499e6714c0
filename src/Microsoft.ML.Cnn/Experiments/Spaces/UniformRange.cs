namespace Microsoft.ML.Cnn.Experiments.Spaces;

/// <summary>A real number between two others.</summary>
internal sealed record UniformRange : CnnSearchOption
{
    private readonly double defaultValue;

    public UniformRange(double Minimum, double Maximum, bool IsLogarithmic, double Default)
    {
        if (!(double.IsFinite(Minimum) && double.IsFinite(Maximum) && Minimum < Maximum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Maximum),
                Maximum,
                FormattableString.Invariant($"A range goes from a finite number to a greater one, received {Minimum} to {Maximum}.")
            );
        }

        if (IsLogarithmic && Minimum <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Minimum),
                Minimum,
                FormattableString.Invariant(
                    $"A logarithmic range begins above 0, received {Minimum}. What would work: a small number, such as 1E-05."
                )
            );
        }

        if (!(Default >= Minimum && Default <= Maximum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Default),
                Default,
                FormattableString.Invariant($"The default must lie in the range from {Minimum} to {Maximum}, received {Default}.")
            );
        }

        (this.Minimum, this.Maximum, this.IsLogarithmic, defaultValue) = (Minimum, Maximum, IsLogarithmic, Default);
    }

    public double Minimum { get; }

    public double Maximum { get; }

    public bool IsLogarithmic { get; }

    public override object Default => defaultValue;

    public override int? Count => null;

    public override bool IsCategorical => false;

    private protected override object ValueAt(double place)
    {
        double value = IsLogarithmic
            ? Math.Exp(Math.Log(Minimum) + place * (Math.Log(Maximum) - Math.Log(Minimum)))
            : Minimum + place * (Maximum - Minimum);
        return Math.Clamp(value, Minimum, Maximum);
    }

    private protected override double PlaceOfNormal(object value)
    {
        double number = value switch
        {
            double real => real,
            int whole => whole,
            _ => double.NaN,
        };
        if (!(number >= Minimum && number <= Maximum))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{OptionText.Of(value)} is no number from {Minimum} to {Maximum}."),
                nameof(value)
            );
        }

        return IsLogarithmic
            ? (Math.Log(number) - Math.Log(Minimum)) / (Math.Log(Maximum) - Math.Log(Minimum))
            : (number - Minimum) / (Maximum - Minimum);
    }
}
