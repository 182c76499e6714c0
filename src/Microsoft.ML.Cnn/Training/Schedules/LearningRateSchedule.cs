namespace Microsoft.ML.Cnn;

/// <summary>How the learning rate changes while training goes on. It is asked at every step, not only at every epoch.</summary>
public abstract record LearningRateSchedule
{
    private protected LearningRateSchedule() { }

    /// <summary>The same rate throughout.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantSchedule();

    /// <summary>The rate times <paramref name="gamma"/> after every so many epochs.</summary>
    /// <param name="stepEpochs">Epochs, at least 1.</param>
    /// <param name="gamma">Above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Step(int stepEpochs, float gamma = 0.1f) => new StepSchedule(stepEpochs, gamma);

    /// <summary>Half a cosine from the rate to a minimum.</summary>
    /// <param name="minimum">The rate at the end, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is negative or not finite.</exception>
    public static LearningRateSchedule Cosine(float minimum = 0) => new CosineSchedule(minimum);

    /// <summary>The learning rate at a moment of the training.</summary>
    /// <param name="epoch">Epochs that are over, with the fraction of the present one: from 0 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">Epochs of the whole training, at least 1.</param>
    /// <param name="baseRate">The rate that the schedule begins with, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public float RateAt(double epoch, int epochs, float baseRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseRate);
        if (!(epoch >= 0 && epoch <= epochs))
        {
            throw new ArgumentOutOfRangeException(
                nameof(epoch),
                epoch,
                FormattableString.Invariant($"Must lie from 0 to {epochs}, received {epoch}.")
            );
        }

        return (float)Rate(epoch, epochs, baseRate);
    }

    private protected abstract double Rate(double epoch, int epochs, double baseRate);
}
