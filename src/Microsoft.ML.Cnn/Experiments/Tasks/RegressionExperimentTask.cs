using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>To predict numbers.</summary>
internal sealed class RegressionExperimentTask(RegressionCatalog catalog, IHostEnvironment environment) : ExperimentTask(environment)
{
    public override string Name => "regression";

    public override IReadOnlyList<MetricRule> Metrics { get; } =
    [
        new(CnnMetric.RootMeanSquaredError, TrainingMetric.ValidationRootMeanSquaredError, Same),
        new(CnnMetric.MeanSquaredError, TrainingMetric.ValidationRootMeanSquaredError, error => error * error),
        new(CnnMetric.MeanAbsoluteError, TrainingMetric.ValidationRootMeanSquaredError),
        new(CnnMetric.RSquared, TrainingMetric.ValidationRootMeanSquaredError),
    ];

    public override Type OptionsType => typeof(CnnRegressionTrainer.Options);

    public override CnnTrainerOptions NewOptions() => new CnnRegressionTrainer.Options();

    public override IEstimator<ITransformer> Trainer(CnnTrainerOptions options) =>
        new CnnRegressionTrainer(Environment, (CnnRegressionTrainer.Options)options);

    public override double Evaluate(IDataView scored, CnnMetric metric, ScoredColumns columns)
    {
        RegressionMetrics metrics = catalog.Evaluate(scored, columns.Label, columns.Score);
        return metric switch
        {
            CnnMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
            CnnMetric.MeanSquaredError => metrics.MeanSquaredError,
            CnnMetric.MeanAbsoluteError => metrics.MeanAbsoluteError,
            CnnMetric.RSquared => metrics.RSquared,
            _ => throw Unevaluated(metric),
        };
    }
}
