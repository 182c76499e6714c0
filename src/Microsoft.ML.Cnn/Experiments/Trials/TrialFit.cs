using Microsoft.ML.Cnn.Experiments.Data;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn.Experiments.Trials;

/// <summary>Trains a trial's pipeline on one pair of training and validation rows.</summary>
/// <param name="setting">What the experiment is about.</param>
/// <param name="trial">What is tried.</param>
/// <param name="pair">What to train on and to measure with.</param>
/// <param name="workspace">Where the training is kept, to be gone on from.</param>
/// <param name="resources">Looked at after each epoch, and now and then within it.</param>
internal sealed class TrialFit(TrialSetting setting, CnnTrialSettings trial, DataPair pair, string workspace, ResourceWatch resources)
{
    private readonly List<CnnTrainingMetrics> curve = [];

    /// <summary>The learning curve so far.</summary>
    public double[] Points => [.. curve.Select(setting.Metric.Of)];

    /// <summary>Trains until there have been so many epochs; where the pipeline has no trainer of this library, to its end.</summary>
    /// <returns>What came of it: of fewer epochs if it was canceled after one.</returns>
    /// <exception cref="OperationCanceledException">It was canceled before.</exception>
    public FitMeasures Run(int epochs, CancellationToken cancellationToken)
    {
        IEstimator<ITransformer> pipeline = setting.Pipeline(trial.Parameters);
        IDataView validation = pair.Validation;
        if (!setting.IsTrainerAlone)
        {
            // What comes before the trainer is only reached by fitting all of it. The trainer makes its network meanwhile, and no more.
            using FittingScope rehearsal = FittingScope.Begin(AdaptCommon, validation: null, setting.Limits, isRehearsal: true);
            ITransformer whole = pipeline.Fit(pair.Train);
            if (rehearsal.Model is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                resources.Look();
                double value = setting.Task.Evaluate(whole.Transform(validation), setting.Metric.Metric, setting.Columns);
                return new FitMeasures(whole, null, value, [value], TimeSpan.Zero);
            }

            validation = BeforeTrainer(whole, rehearsal, validation);
        }

        using CancellationTokenSource pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using FittingScope scope = FittingScope.Begin(options => Adapt(options, epochs, pause), validation, setting.Limits);
        ITransformer model = pipeline.Fit(pair.Train);
        double[] points = Points;
        return new FitMeasures(model, scope.Model, Metric(model, scope.Options!, points), points, curve[^1].Elapsed);
    }

    private double Metric(ITransformer model, CnnTrainerOptions options, double[] points)
    {
        if (setting.Metric.IsMeasuredBy(options))
        {
            return setting.Metric.Best(points);
        }

        return setting.Task.Evaluate(
            model.Transform(pair.Validation),
            setting.Metric.Metric,
            setting.IsTrainerAlone ? setting.Columns with { Label = options.LabelColumnName } : setting.Columns
        );
    }

    /// <summary>What the experiment decides, whatever the options say.</summary>
    private void AdaptCommon(CnnTrainerOptions options)
    {
        if (setting.IsRefitted)
        {
            Refitting.Require(options);
        }

        options.Epoch = setting.MostEpochs;
        options.Threads = setting.Threads;
        options.Seed = trial.Seed;
    }

    private void Adapt(CnnTrainerOptions options, int epochs, CancellationTokenSource pause)
    {
        AdaptCommon(options);
        options.EarlyStoppingCriteria = new EarlyStopping(setting.MostEpochs, setting.Metric.Watched);
        options.WorkspacePath = workspace;
        options.Resume = ResumePolicy.SameBits;
        options.CancellationToken = pause.Token;
        options.OnCancellation = OnCancellation.ReturnBest;
        options.BatchProgress = new Watching(options.BatchProgress, resources, new TimeBudget(setting.Time, setting.Pairs.Count));
        Action<CnnTrainingMetrics>? own = options.MetricsCallback;
        options.MetricsCallback = epoch =>
        {
            own?.Invoke(epoch);
            curve.Add(epoch);
            resources.Look();
            setting.Monitor?.ReportEpoch(trial, epoch);
            if (epoch.Epoch == epochs && epochs < setting.MostEpochs)
            {
                pause.Cancel();
            }
        };
    }

    /// <summary>Rows as they come to the trainer.</summary>
    private static IDataView BeforeTrainer(ITransformer whole, FittingScope rehearsal, IDataView rows)
    {
        if (rehearsal.Fitted > 1)
        {
            throw new InvalidOperationException(
                $"The pipeline has {rehearsal.Fitted} trainers of convolutional networks. Allowed: one, and any other estimators; features of a trained network come from ExtractCnnFeatures."
            );
        }

        foreach (ITransformer part in Parts(whole))
        {
            if (part is INetworkTransformer scorer && scorer.Network == rehearsal.Model)
            {
                return rows;
            }

            rows = part.Transform(rows);
        }

        throw new InvalidOperationException(
            "The pipeline hides its trainer of convolutional networks in an estimator that is no chain. What would work: estimators put together by Append."
        );
    }

    private static IEnumerable<ITransformer> Parts(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [transformer];

    private sealed class Watching(IProgress<CnnTrainingProgress>? own, ResourceWatch resources, TimeBudget budget)
        : IProgress<CnnTrainingProgress>
    {
        public void Report(CnnTrainingProgress value)
        {
            own?.Report(value);
            resources.Look();
            budget.Require(value);
        }
    }
}

/// <summary>What came of a training.</summary>
/// <param name="Transformer">The trained pipeline.</param>
/// <param name="Model">The network in it; null if there is none.</param>
/// <param name="Metric">The metric of the experiment.</param>
/// <param name="Curve">The learning curve.</param>
/// <param name="Elapsed">The time it took; zero where it was not measured.</param>
internal sealed record FitMeasures(ITransformer Transformer, CnnModel? Model, double Metric, double[] Curve, TimeSpan Elapsed);
