using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>Along which curve a rate goes from one value to another.</summary>
public enum Annealing
{
    /// <summary>Half a cosine.</summary>
    Cosine,

    /// <summary>A straight line.</summary>
    Linear,
}

/// <summary>
/// From <c>base / divisor</c> up to the base rate, the greatest, and down to <c>base / divisor / finalDivisor</c>. Smith and Topin 2019,
/// "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates"; step by step the rates of PyTorch's <c>OneCycleLR</c> with two
/// phases, whose last step has the least rate. Momentum stays as it is.
/// </summary>
public sealed record OneCycleSchedule : LearningRateSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="rise">The share of training in which the rate rises, from 0 to 1.</param>
    /// <param name="divisor">The rate is the greatest one divided by it at first, at least 1.</param>
    /// <param name="finalDivisor">At the end the first rate divided by it, at least 1.</param>
    /// <param name="anneal">Along which curve.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public OneCycleSchedule(float rise = 0.3f, float divisor = 25, float finalDivisor = 1e4f, Annealing anneal = Annealing.Cosine)
    {
        Rise = LayerCheck.Within(rise, 0, 1);
        Divisor = LayerCheck.Within(divisor, 1, float.MaxValue);
        FinalDivisor = LayerCheck.Within(finalDivisor, 1, float.MaxValue);
        Anneal = LayerCheck.Defined(anneal);
    }

    /// <summary>The share of training in which the rate rises.</summary>
    public float Rise { get; }

    /// <summary>What the greatest rate is divided by at first.</summary>
    public float Divisor { get; }

    /// <summary>What the first rate is divided by at the end.</summary>
    public float FinalDivisor { get; }

    /// <summary>Along which curve.</summary>
    public Annealing Anneal { get; }

    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate)
    {
        // The first step is at 0, the last at the end less one step.
        double top = Rise * moment.Epochs - moment.StepEpochs;
        double end = moment.Epochs - moment.StepEpochs;
        double first = baseRate / Divisor;
        return top > 0 && moment.Epoch <= top
            ? Between(first, baseRate, moment.Epoch / top)
            : Between(baseRate, first / FinalDivisor, end > top ? (moment.Epoch - top) / (end - top) : 1);
    }

    private double Between(double from, double to, double share)
    {
        double way = Math.Clamp(share, 0, 1);
        return Anneal == Annealing.Linear ? from + (to - from) * way : to + (from - to) * (1 + Math.Cos(Math.PI * way)) / 2;
    }
}
