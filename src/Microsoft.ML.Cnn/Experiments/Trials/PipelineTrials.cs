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

        ResourceWatch resources = new(setting.Limits.Memory);
        TrialFit[] folds = Folds(trial, setting.Limits, resources);
        long begun = Stopwatch.GetTimestamp();
        try
        {
            (TrialMeasures measures, ITransformer model) = Train(trial, epochs, folds, resources, cancellationToken);
            best.Offer(trial.TrialId, measures.CanceledAfter ?? epochs, measures.Loss, model);
            return Task.FromResult(measures);
        }
        catch (Exception exception) when (exception is not CnnCheckpointException && !cancellationToken.IsCancellationRequested)
        {
            return Task.FromResult(
                TrialMeasures.Failed(exception, Stopwatch.GetElapsedTime(begun)) with
                {
                    LearningCurve = folds.Length == 1 ? folds[0].Points : [],
                    PeakCpu = resources.PeakCpu,
                    PeakMemoryInMegaByte = resources.PeakMemoryInMegaByte,
                }
            );
        }
    }

    // What training may take was looked at when the trial was tried. Where it was stopped by a kill, its workspace may have come further than its record:
    // then that is what the model is.
    public Task<CnnTrialResult> WithModelAsync(CnnTrialResult result)
    {
        if (best.Of(result) is { } kept)
        {
            return Task.FromResult(result with { Model = kept });
        }

        ResourceWatch resources = new(mostMemory: null);
        TrialFit[] folds = Folds(result.TrialSettings, FittingLimits.None, resources);
        (TrialMeasures measures, ITransformer model) = Train(result.TrialSettings, result.Epochs, folds, resources, CancellationToken.None);
        return Task.FromResult(
            result with
            {
                Model = model,
                Loss = measures.Loss,
                Metric = measures.Metric!.Value,
                LearningCurve = [.. measures.LearningCurve],
                Epochs = Math.Max(result.Epochs, measures.LearningCurve.Length),
            }
        );
    }

    public void Forget(int trialId)
    {
        if (Directory.Exists(Workspace(trialId)))
        {
            Directory.Delete(Workspace(trialId), recursive: true);
        }
    }

    /// <summary>
    /// Trains what a trial tried on other rows, without any to measure with, for as many epochs as the trial had; the learning rate runs through its whole
    /// course in them, and the model is that of the last.
    /// </summary>
    public ITransformer Refit(CnnTrialResult result, IDataView rows, CancellationToken cancellationToken)
    {
        string workspace = Path.Combine(
            folder,
            string.Create(CultureInfo.InvariantCulture, $"refit-{result.TrialSettings.TrialId:0000}-{result.Epochs}")
        );
        using FittingScope scope = FittingScope.Begin(
            options =>
            {
                options.Epoch = Math.Max(result.Epochs, 1 + (int)options.LearningRateScheduler.LeastEpochs);
                options.Threads = Environment.ProcessorCount;
                options.Seed = result.TrialSettings.Seed;
                options.EarlyStoppingCriteria = null;
                options.WorkspacePath = workspace;
                options.CancellationToken = cancellationToken;
                options.OnCancellation = OnCancellation.Throw;
            },
            validation: null,
            FittingLimits.None with
            {
                Memory = setting.Limits.Memory,
            }
        );
        return setting.Pipeline(result.TrialSettings.Parameters).Fit(rows);
    }

    private (TrialMeasures Measures, ITransformer Model) Train(
        CnnTrialSettings trial,
        int epochs,
        TrialFit[] folds,
        ResourceWatch resources,
        CancellationToken cancellationToken
    )
    {
        long begun = Stopwatch.GetTimestamp();
        FitMeasures[] fits = [.. folds.Select(fold => fold.Run(epochs, cancellationToken))];
        resources.Look();
        CnnModel? network = fits[0].Model;
        int reached = fits.Min(fit => fit.Curve.Length);
        bool isCanceled = network is not null && reached < epochs && cancellationToken.IsCancellationRequested;
        if (isCanceled && fits.Length > 1)
        {
            // Folds of different numbers of epochs have no mean that could be compared.
            cancellationToken.ThrowIfCancellationRequested();
        }

        double metric = fits.Average(fit => fit.Metric);
        if (!double.IsFinite(metric))
        {
            throw new InvalidOperationException($"The metric {setting.Metric.Metric} of the validation rows is {metric}.");
        }

        TrialMeasures measures = new(
            setting.Metric.Loss(metric),
            metric,
            MeanCurve(fits),
            network is null ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds : fits.Sum(fit => fit.Elapsed.TotalMilliseconds),
            resources.PeakCpu,
            resources.PeakMemoryInMegaByte,
            network?.ParameterCount,
            network is null ? null : PredictionLatency.MillisecondsOf(network)
        )
        {
            CanceledAfter = isCanceled ? reached : null,
        };
        if (network is null)
        {
            whole[trial.TrialId] = measures;
        }

        return (measures, fits.MinBy(fit => setting.Metric.Loss(fit.Metric))!.Transformer);
    }

    private TrialFit[] Folds(CnnTrialSettings trial, FittingLimits limits, ResourceWatch resources) =>
        [
            .. setting.Pairs.Select(
                (pair, fold) => new TrialFit(setting with { Limits = limits }, trial, pair, Workspace(trial.TrialId, fold), resources)
            ),
        ];

    private string Workspace(int trialId) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"trial-{trialId:0000}"));

    private string Workspace(int trialId, int fold) =>
        setting.Pairs.Count == 1
            ? Workspace(trialId)
            : Path.Combine(Workspace(trialId), string.Create(CultureInfo.InvariantCulture, $"fold-{fold}"));

    private static double[] MeanCurve(FitMeasures[] fits) =>
        [.. Enumerable.Range(0, fits.Min(fit => fit.Curve.Length)).Select(epoch => fits.Average(fit => fit.Curve[epoch]))];
}
