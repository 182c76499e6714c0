namespace Microsoft.ML.Cnn;

/// <summary>
/// How the learning rate changes while training goes on. It is asked at every step, not only at every epoch. All but <see cref="PlateauSchedule"/> follow
/// from the moment alone.
/// </summary>
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

    /// <summary>The rate falls by the same factor from each epoch to the next, and evenly within it.</summary>
    /// <param name="gamma">What is left after an epoch, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is out of its range.</exception>
    public static LearningRateSchedule Exponential(float gamma) => new ExponentialSchedule(gamma);

    /// <summary>Half a cosine from the rate to a minimum.</summary>
    /// <param name="minimum">The rate at the end, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is negative or not finite.</exception>
    public static LearningRateSchedule Cosine(float minimum = 0) => new CosineSchedule(minimum);

    /// <summary>Up to the rate, which is the greatest, and down to almost nothing.</summary>
    /// <param name="rise">The share of training in which the rate rises, from 0 to 1.</param>
    /// <param name="divisor">The rate is the greatest one divided by it at first, at least 1.</param>
    /// <param name="finalDivisor">At the end the first rate divided by it, at least 1.</param>
    /// <param name="anneal">Along which curve.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule OneCycle(
        float rise = 0.3f,
        float divisor = 25,
        float finalDivisor = 1e4f,
        Annealing anneal = Annealing.Cosine
    ) => new OneCycleSchedule(rise, divisor, finalDivisor, anneal);

    /// <summary>The rate times a factor whenever a metric has not improved for a while.</summary>
    /// <inheritdoc cref="PlateauSchedule(float, int, TrainingMetric, double, PlateauThreshold, int, float)" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule ReduceOnPlateau(
        float factor = 0.1f,
        int patience = 10,
        TrainingMetric metric = TrainingMetric.ValidationLoss,
        double threshold = 1e-4,
        PlateauThreshold thresholdMode = PlateauThreshold.Relative,
        int cooldown = 0,
        float minimum = 0
    ) => new PlateauSchedule(factor, patience, metric, threshold, thresholdMode, cooldown, minimum);

    /// <summary>This schedule behind a warm-up, in which the rate rises evenly, step by step, to what this schedule begins with.</summary>
    /// <param name="epochs">Epochs of the warm-up, above 0; may be a fraction. This schedule has the others.</param>
    /// <param name="startFactor">The share of the rate that the warm-up begins with, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public LearningRateSchedule WarmUp(double epochs, float startFactor = 0.1f) => new WarmUpSchedule(this, epochs, startFactor);

    /// <summary>The learning rate at a moment of the training.</summary>
    /// <param name="epoch">Epochs that are over, with the fraction of the present one: from 0 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">Epochs of the whole training, at least 1.</param>
    /// <param name="baseRate">The learning rate of the options, above 0.</param>
    /// <param name="stepEpochs">
    /// The share of an epoch that one step takes, from 0 to 1; 0 stands for very many steps. Only <see cref="OneCycleSchedule"/> asks for it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public float RateAt(double epoch, int epochs, float baseRate, double stepEpochs = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseRate);
        RequireWithin(epoch, epochs, nameof(epoch));
        RequireWithin(stepEpochs, 1, nameof(stepEpochs));
        return RateAt(new TrainingMoment(epoch, epochs, stepEpochs), PlateauState.Start, baseRate);
    }

    /// <summary>As the public one, of a training with metrics to look back on.</summary>
    internal float RateAt(TrainingMoment moment, PlateauState state, float baseRate) => (float)Rate(moment, state, baseRate);

    /// <summary>What to remember once an epoch is over; the same for schedules that remember nothing.</summary>
    internal virtual PlateauState After(PlateauState state, CnnTrainingMetrics metrics, float baseRate) => state;

    /// <summary>The metric that the schedule watches, if any.</summary>
    internal virtual TrainingMetric? Watched => null;

    /// <summary>Epochs that have to be over before the schedule has begun in earnest: training needs more of them.</summary>
    internal virtual double LeastEpochs => 0;

    internal abstract double Rate(TrainingMoment moment, PlateauState state, double baseRate);

    private static void RequireWithin(double value, double most, string name)
    {
        if (!(value >= 0 && value <= most))
        {
            throw new ArgumentOutOfRangeException(
                name,
                value,
                FormattableString.Invariant($"Must lie from 0 to {most}, received {value}.")
            );
        }
    }
}

/// <summary>A moment of a training.</summary>
/// <param name="Epoch">Epochs that are over, with the fraction of the present one.</param>
/// <param name="Epochs">Of the whole training.</param>
/// <param name="StepEpochs">The share of an epoch that one step takes.</param>
internal readonly record struct TrainingMoment(double Epoch, double Epochs, double StepEpochs);
