using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The rate drops after every so many epochs: <c>rate = base * gamma^⌊epoch / stepEpochs⌋</c>. As PyTorch's <c>StepLR</c>; what AlexNet and
/// VGG did by hand, with a gamma of 0.1.
/// </summary>
public sealed record StepSchedule : LearningRateSchedule
{
    /// <summary>Creates the schedule.</summary>
    /// <param name="stepEpochs">Epochs from a drop to the next, at least 1.</param>
    /// <param name="gamma">What a drop multiplies the rate by, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public StepSchedule(int stepEpochs, float gamma = 0.1f)
    {
        StepEpochs = LayerCheck.Positive(stepEpochs);
        Gamma = LayerCheck.Within(gamma, float.Epsilon, 1);
    }

    /// <summary>Epochs from a drop to the next.</summary>
    public int StepEpochs { get; }

    /// <summary>What a drop multiplies the rate by.</summary>
    public float Gamma { get; }

    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate) =>
        baseRate * Math.Pow(Gamma, Math.Floor(moment.Epoch / StepEpochs));
}
