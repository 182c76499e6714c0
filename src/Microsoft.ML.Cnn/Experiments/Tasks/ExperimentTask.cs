using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>What an experiment is to learn: all that the search in one task does otherwise than in another.</summary>
internal abstract class ExperimentTask(IHostEnvironment environment)
{
    /// <summary>Of the <see cref="MLContext"/> that the experiment was created by.</summary>
    public IHostEnvironment Environment => environment;

    /// <summary>Such as <c>binary classification</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The metrics that fit; the first one is the default.</summary>
    public abstract IReadOnlyList<MetricRule> Metrics { get; }

    /// <summary>Of the trainer.</summary>
    public abstract Type OptionsType { get; }

    /// <summary>What is searched unless told otherwise.</summary>
    /// <param name="image">The shape of an image; null where it is not known.</param>
    public CnnSearchSpace DefaultSpaceFor(Shape? image) => DefaultSpace.Create(OptionsType, image);

    /// <summary>The trainer's options by default.</summary>
    public abstract CnnTrainerOptions NewOptions();

    /// <summary>A trainer.</summary>
    /// <param name="options">Of <see cref="OptionsType"/>.</param>
    public abstract IEstimator<ITransformer> Trainer(CnnTrainerOptions options);

    /// <summary>A metric of what a model has scored, as ML.NET evaluates it.</summary>
    /// <exception cref="ArgumentException">A column is missing, or of a type that does not fit.</exception>
    public abstract double Evaluate(IDataView scored, CnnMetric metric, ScoredColumns columns);

    /// <exception cref="ArgumentException">The metric does not fit the task.</exception>
    public MetricRule RuleOf(CnnMetric metric) =>
        Metrics.FirstOrDefault(rule => rule.Metric == metric)
        ?? throw new ArgumentException(
            $"{metric} is no metric of {Name}. What would work: {string.Join(", ", Metrics.Select(rule => rule.Metric))}.",
            nameof(metric)
        );

    /// <exception cref="InvalidOperationException">The task is another.</exception>
    public void Require<TTask>(string method)
        where TTask : ExperimentTask
    {
        if (this is not TTask)
        {
            throw new InvalidOperationException(
                $"{method} does not fit an experiment of {Name}. What would work: SetMetric, with one of {string.Join(", ", Metrics.Select(rule => rule.Metric))}."
            );
        }
    }

    protected static double Same(double value) => value;

    protected InvalidOperationException Unevaluated(CnnMetric metric) => new($"{Name} has no {metric}.");
}
