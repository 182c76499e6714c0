using Microsoft.ML.Cnn.Experiments.Running;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>Trials that a runner of the user's trains.</summary>
internal sealed class RunnerTrials(ICnnTrialRunner runner) : ITrials
{
    private readonly BestModel best = new();

    public async Task<TrialMeasures> TrainAsync(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken)
    {
        CnnTrialResult result = await runner.RunAsync(trial, cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
        {
            return TrialMeasures.Failed(result.Error, result.DurationInMilliseconds);
        }

        if (!(result.HasMetric && double.IsFinite(result.Loss)))
        {
            return TrialMeasures.Failed(
                FormattableString.Invariant($"The runner's loss is {result.Loss}: it has to be a number less than {double.MaxValue}."),
                result.DurationInMilliseconds
            );
        }

        best.Offer(trial.TrialId, epochs, result.Loss, result.Model);
        return new TrialMeasures(
            result.Loss,
            double.IsFinite(result.Metric) ? result.Metric : null,
            [.. result.LearningCurve],
            result.DurationInMilliseconds,
            result.PeakCpu,
            result.PeakMemoryInMegaByte,
            result.ParameterCount,
            result.LatencyInMilliseconds
        );
    }

    public async Task<CnnTrialResult> WithModelAsync(CnnTrialResult result) =>
        result with
        {
            Model = best.Of(result) ?? (await runner.RunAsync(result.TrialSettings, CancellationToken.None).ConfigureAwait(false)).Model,
        };

    public void Forget(int trialId) { }
}
