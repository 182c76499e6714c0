using Microsoft.ML.Cnn.Experiments.Tasks;

namespace Microsoft.ML.Cnn.Tests.Experiments.Tasks;

public sealed class MetricRuleTests
{
    [Theory]
    [InlineData(CnnMetric.AreaUnderRocCurve, TrainingMetric.ValidationLoss, 0.2)]
    [InlineData(CnnMetric.AreaUnderPrecisionRecallCurve, TrainingMetric.ValidationLoss, 0.2)]
    [InlineData(CnnMetric.RSquared, TrainingMetric.ValidationRootMeanSquaredError, 0.2)]
    [InlineData(CnnMetric.MeanAbsoluteError, TrainingMetric.ValidationRootMeanSquaredError, 0.2)]
    [InlineData(CnnMetric.F1Score, TrainingMetric.ValidationAccuracy, 0.7)]
    [InlineData(CnnMetric.MacroAccuracy, TrainingMetric.ValidationAccuracy, 0.7)]
    public void A_point_of_a_learning_curve_is_as_good_as_what_is_watched_in_the_place_of_the_metric(
        CnnMetric metric,
        TrainingMetric watched,
        double better
    )
    {
        MetricRule rule = new(metric, watched);
        Assert.Equal(better, new[] { 0.2, 0.7 }.MinBy(point => rule.LossOf(Trial(parameters: 5), point)));
        Assert.Equal(better, rule.Best([0.2, 0.7]));
    }

    [Theory]
    [InlineData(CnnMetric.AreaUnderRocCurve, 0.7)]
    [InlineData(CnnMetric.MeanAbsoluteError, 0.2)]
    public void Where_no_network_was_trained_a_point_is_the_metric_itself(CnnMetric metric, double better)
    {
        MetricRule rule = new(metric, TrainingMetric.ValidationLoss);
        Assert.Equal(better, new[] { 0.2, 0.7 }.MinBy(point => rule.LossOf(Trial(parameters: null), point)));
    }

    [Theory]
    [InlineData(CnnMetric.MicroAccuracy, TrainingMetric.ValidationAccuracy, 0.7)]
    [InlineData(CnnMetric.LogLoss, TrainingMetric.ValidationLoss, 0.2)]
    public void What_training_measures_is_as_good_as_the_metric(CnnMetric metric, TrainingMetric watched, double better)
    {
        MetricRule rule = new(metric, watched, value => value);
        Assert.Equal(better, new[] { 0.2, 0.7 }.MinBy(point => rule.LossOf(Trial(parameters: 5), point)));
    }

    private static CnnTrialResult Trial(long? parameters) =>
        new()
        {
            TrialSettings = new CnnTrialSettings(0, new CnnParameters([])),
            Loss = 0,
            Metric = 0,
            Epochs = 1,
            DurationInMilliseconds = 1,
            ParameterCount = parameters,
        };
}
