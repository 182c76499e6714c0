using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>To predict numbers.</summary>
/// <param name="columns">The label has as many.</param>
/// <param name="loss">Of labels whose every number is brought to mean 0 and deviation 1.</param>
internal sealed class RegressionTask(ExampleColumns columns, Loss loss) : TrainingTask
{
    public override int Outputs => columns.Targets;

    public override ModelOutput Output => ModelOutput.Values;

    public override Loss Loss => loss;

    public override string ToString() => $"with {Outputs} {(Outputs == 1 ? "number" : "numbers")} each";

    public override TargetScaling? ScalingOf(PixelStatistics statistics) => statistics.Targets;

    public override IExampleSource ForTraining(IExampleSource examples, PixelStatistics statistics) =>
        statistics.Targets!.Standardize(examples);

    public override IExampleSource ForValidation(IExampleSource examples, PixelStatistics statistics) =>
        statistics.Targets!.Standardize(examples);
}
