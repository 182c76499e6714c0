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

    internal override int? Count => null;

    internal override object At(double place)
    {
        double value = IsLogarithmic
            ? Math.Exp(Math.Log(Minimum) + place * (Math.Log(Maximum) - Math.Log(Minimum)))
            : Minimum + place * (Maximum - Minimum);
        return Math.Clamp(value, Minimum, Maximum);
    }

    internal override double PlaceOf(object value)
    {
        double number = Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
        if (!(number >= Minimum && number <= Maximum))
        {
            throw new ArgumentException(FormattableString.Invariant($"{number} does not lie from {Minimum} to {Maximum}."), nameof(value));
        }

        return IsLogarithmic
            ? (Math.Log(number) - Math.Log(Minimum)) / (Math.Log(Maximum) - Math.Log(Minimum))
            : (number - Minimum) / (Maximum - Minimum);
    }
}
