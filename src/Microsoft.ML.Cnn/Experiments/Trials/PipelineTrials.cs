using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Experiments.Running;
using Microsoft.ML.Cnn.Networks;
using Microsoft.ML.Cnn.Trainers;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>
/// Trains the trials of an experiment: each with a workspace of its own, from which it is continued, whether halving lets it go on or the process was
/// killed. Pipelines without a trainer of this library cannot be continued: they are trained to their end at once, and not again when halving lets them go on.
/// </summary>
/// <param name="setting">What the experiment is about.</param>
/// <param name="folder">Of the trials' workspaces.</param>
internal sealed class PipelineTrials(TrialSetting setting, string folder) : ITrials
{
    private readonly BestModel best = new();
    private readonly ConcurrentDictionary<int, TrialMeasures> whole = [];

    public Task<TrialMeasures> TrainAsync(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken)
    {
        if (whole.TryGetValue(trial.TrialId, out TrialMeasures? known))
        {
            return Task.FromResult(known);
        }

        (TrialMeasures measures, ITransformer model) = Train(trial, epochs, cancellationToken);
        best.Offer(trial.TrialId, epochs, measures.Loss, model);
        return Task.FromResult(measures);
    }

    public Task<ITransformer?> ModelAsync(CnnTrialResult result) =>
        Task.FromResult<ITransformer?>(best.Of(result) ?? Train(result.TrialSettings, result.Epochs, CancellationToken.None).Model);

    /// <summary>
    /// Trains what a trial tried on other rows, without any to measure with, for as many epochs as the trial had; the learning rate runs through its whole
    /// course in them, and the model is that of the last.
    /// </summary>
    public ITransformer Refit(CnnTrialResult result, IDataView rows, CancellationToken cancellationToken)
    {
        int trialId = result.TrialSettings.TrialId;
        using FittingScope scope = FittingScope.Begin(
            options =>
            {
                options.Epoch = Math.Max(result.Epochs, 1 + (int)options.LearningRateScheduler.LeastEpochs);
                options.Threads = Environment.ProcessorCount;
                options.Seed = setting.SeedOf(trialId);
                options.EarlyStoppingCriteria = null;
                options.WorkspacePath = Path.Combine(
                    folder,
                    string.Create(CultureInfo.InvariantCulture, $"refit-{trialId:0000}-{result.Epochs}")
                );
                options.CancellationToken = cancellationToken;
                options.OnCancellation = OnCancellation.Throw;
            },
            validation: null,
            setting.Limits
        );
        return setting.Pipeline(result.TrialSettings.Parameters).Fit(rows);
    }

    private (TrialMeasures Measures, ITransformer Model) Train(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken)
    {
        ResourceWatch resources = new(setting.Limits.Memory);
        long begun = Stopwatch.GetTimestamp();
        FitMeasures[] fits =
        [
            .. setting.Pairs.Select(
                (pair, fold) => new TrialFit(setting, trial, pair, Workspace(trial.TrialId, fold), resources).Run(epochs, cancellationToken)
            ),
        ];
        resources.Look();
        double metric = fits.Average(fit => fit.Metric);
        if (!double.IsFinite(metric))
        {
            throw new InvalidOperationException($"The metric {setting.Metric.Metric} of the validation rows is {metric}.");
        }

        CnnModel? network = fits[0].Model;
        TrialMeasures measures = new(
            setting.Metric.Loss(metric),
            metric,
            MeanCurve(fits),
            network is null ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds : fits.Sum(fit => fit.Elapsed.TotalMilliseconds),
            resources.PeakCpu,
            resources.PeakMemoryInMegaByte,
            network?.ParameterCount,
            network is null ? null : PredictionLatency.MillisecondsOf(network)
        );
        if (network is null)
        {
            whole[trial.TrialId] = measures;
        }

        return (measures, fits.MinBy(fit => setting.Metric.Loss(fit.Metric))!.Transformer);
    }

    private string Workspace(int trialId, int fold)
    {
        string workspace = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"trial-{trialId:0000}"));
        return setting.Pairs.Count == 1 ? workspace : Path.Combine(workspace, string.Create(CultureInfo.InvariantCulture, $"fold-{fold}"));
    }

    private static double[] MeanCurve(FitMeasures[] fits) =>
        [.. Enumerable.Range(0, fits.Min(fit => fit.Curve.Length)).Select(epoch => fits.Average(fit => fit.Curve[epoch]))];
}
