using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>To tell classes apart.</summary>
internal sealed class MulticlassExperimentTask(MulticlassClassificationCatalog catalog, IHostEnvironment environment)
    : ExperimentTask(environment)
{
    public override string Name => "multiclass classification";

    public override IReadOnlyList<MetricRule> Metrics { get; } =
    [
        new(CnnMetric.MicroAccuracy, TrainingMetric.ValidationAccuracy, Same),
        new(CnnMetric.MacroAccuracy, TrainingMetric.ValidationAccuracy),
        new(CnnMetric.LogLoss, TrainingMetric.ValidationLoss, Same),
    ];

    public override Type OptionsType => typeof(CnnMulticlassTrainer.Options);

    public override CnnTrainerOptions NewOptions() => new CnnMulticlassTrainer.Options();

    public override IEstimator<ITransformer> Trainer(CnnTrainerOptions options) =>
        new CnnMulticlassTrainer(Environment, (CnnMulticlassTrainer.Options)options);

    public override double Evaluate(IDataView scored, CnnMetric metric, ScoredColumns columns)
    {
        MulticlassClassificationMetrics metrics = catalog.Evaluate(scored, columns.Label, columns.Score, columns.Predicted);
        return metric switch
        {
            CnnMetric.MicroAccuracy => metrics.MicroAccuracy,
            CnnMetric.MacroAccuracy => metrics.MacroAccuracy,
            CnnMetric.LogLoss => metrics.LogLoss,
            _ => throw Unevaluated(metric),
        };
    }
}
