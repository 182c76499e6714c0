using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>To tell true from false.</summary>
internal sealed class BinaryExperimentTask(BinaryClassificationCatalog catalog, IHostEnvironment environment) : ExperimentTask(environment)
{
    private const string Probability = "Probability";

    public override string Name => "binary classification";

    public override IReadOnlyList<MetricRule> Metrics { get; } =
    [
        new(CnnMetric.Accuracy, TrainingMetric.ValidationAccuracy, Same),
        new(CnnMetric.AreaUnderRocCurve, TrainingMetric.ValidationLoss),
        new(CnnMetric.AreaUnderPrecisionRecallCurve, TrainingMetric.ValidationLoss),
        new(CnnMetric.F1Score, TrainingMetric.ValidationAccuracy),
        new(CnnMetric.LogLoss, TrainingMetric.ValidationLoss, Same),
    ];

    public override Type OptionsType => typeof(CnnBinaryTrainer.Options);

    public override CnnTrainerOptions NewOptions() => new CnnBinaryTrainer.Options();

    public override IEstimator<ITransformer> Trainer(CnnTrainerOptions options) =>
        new CnnBinaryTrainer(Environment, (CnnBinaryTrainer.Options)options);

    public override double Evaluate(IDataView scored, CnnMetric metric, ScoredColumns columns)
    {
        if (metric == CnnMetric.LogLoss)
        {
            // ML.NET gives bits.
            return Math.Log(2) * catalog.Evaluate(scored, columns.Label, columns.Score, Probability, columns.Predicted).LogLoss;
        }

        BinaryClassificationMetrics metrics = catalog.EvaluateNonCalibrated(scored, columns.Label, columns.Score, columns.Predicted);
        return metric switch
        {
            CnnMetric.Accuracy => metrics.Accuracy,
            CnnMetric.AreaUnderRocCurve => metrics.AreaUnderRocCurve,
            CnnMetric.AreaUnderPrecisionRecallCurve => metrics.AreaUnderPrecisionRecallCurve,
            CnnMetric.F1Score => metrics.F1Score,
            _ => throw Unevaluated(metric),
        };
    }
}
