using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.Cnn.Experiments.Running;

namespace Microsoft.ML.Cnn.Experiments.Multiclass;

/// <summary>
/// Trains the trials of an experiment: each with a workspace of its own, from which it is continued, whether halving lets it go on or the process was
/// killed.
/// </summary>
/// <param name="context">Trains and evaluates.</param>
/// <param name="setting">What the experiment is about.</param>
/// <param name="folder">Of the trials' workspaces.</param>
internal sealed class MulticlassTrials(MLContext context, MulticlassSetting setting, string folder)
{
    private const int TimedPredictions = 11;

    private readonly ConcurrentDictionary<int, CnnMulticlassPredictionTransformer> models = [];

    /// <summary>Trains a trial until it has had so many epochs.</summary>
    public TrialMeasures Train(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken)
    {
        List<CnnTrainingMetrics> curve = [];
        using CancellationTokenSource pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CnnMulticlassTrainer.Options options = setting.Options(trial.Parameters);
        options.Epoch = setting.MostEpochs;
        options.Threads = setting.ThreadsOfTrial;
        options.Seed = unchecked(setting.Seed + trial.TrialId);
        options.ValidationSet = setting.Validation;
        options.ValidationSetFraction = null;
        options.EarlyStoppingCriteria = new EarlyStopping(setting.MostEpochs, setting.Metric.WhileTraining());
        options.WorkspacePath = Path.Combine(folder, FormattableString.Invariant($"trial-{trial.TrialId:0000}"));
        options.CancellationToken = pause.Token;
        options.OnCancellation = OnCancellation.ReturnBest;
        options.MetricsCallback = epoch =>
        {
            curve.Add(epoch);
            setting.Monitor?.ReportEpoch(trial, epoch);
            if (epoch.Epoch == epochs && epochs < setting.MostEpochs)
            {
                pause.Cancel();
            }
        };

        CnnMulticlassPredictionTransformer model = context.MulticlassClassification.Trainers.Cnn(options).Fit(setting.Train);
        cancellationToken.ThrowIfCancellationRequested();
        models[trial.TrialId] = model;
        double[] values = [.. curve.Select(epoch => setting.Metric.Of(epoch))];
        double best = values.MinBy(value => setting.Metric.Loss(value));
        using Process self = Process.GetCurrentProcess();
        return new TrialMeasures(
            setting.Metric.Loss(best),
            best,
            values,
            curve[^1].Elapsed.TotalMilliseconds,
            PeakMemoryInMegaByte: self.PeakWorkingSet64 / (1024.0 * 1024.0),
            ParameterCount: model.Model.Model.ParameterCount,
            LatencyInMilliseconds: Latency(model.Model.Model)
        );
    }

    /// <summary>The model of a trial that has ended: as it is in memory, or else from its workspace.</summary>
    public CnnMulticlassPredictionTransformer Model(CnnTrialResult result, CancellationToken cancellationToken)
    {
        if (!models.ContainsKey(result.TrialSettings.TrialId))
        {
            // What is trained already is only read again.
            _ = Train(result.TrialSettings, result.Epochs, cancellationToken);
        }

        return models[result.TrialSettings.TrialId];
    }

    /// <summary>Forgets all models but one; their workspaces stay.</summary>
    public void KeepOnly(int trialId)
    {
        foreach (int other in models.Keys.Where(other => other != trialId))
        {
            models.TryRemove(other, out _);
        }
    }

    private static double Latency(CnnModel model)
    {
        float[] pixels = new float[(int)model.InputShape.Length];
        _ = model.Predict(pixels);
        double[] times = new double[TimedPredictions];
        foreach (ref double time in times.AsSpan())
        {
            long begun = Stopwatch.GetTimestamp();
            _ = model.Predict(pixels);
            time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        return times.Order().ElementAt(TimedPredictions / 2);
    }
}
