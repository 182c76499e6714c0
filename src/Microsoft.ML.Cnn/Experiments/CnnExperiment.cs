using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Cnn.Experiments.Halving;
using Microsoft.ML.Cnn.Experiments.Multiclass;
using Microsoft.ML.Cnn.Experiments.Running;
using Microsoft.ML.Cnn.Experiments.Tuners;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Searches for the network and the training settings that tell classes of images apart best: tries, compares on validation images, and keeps all that it
/// tried. Created by <c>mlContext.MulticlassClassification.CreateCnnExperiment()</c>.
/// </summary>
/// <remarks>
/// With <see cref="SetMaxModelToExplore"/>, one trial at a time and a seed, an experiment is reproducible to the bit. One with a folder
/// (<see cref="SetCheckpoint"/>) that is killed at any moment goes on from there.
/// </remarks>
public sealed class CnnExperiment
{
    private const int HalvingFactor = 3;

    private readonly MLContext context;
    private IDataView? train;
    private IDataView? validation;
    private CnnSearchSpace space = DefaultSpace.Create();
    private Func<CnnParameters, CnnMulticlassTrainer.Options>? makeOptions;
    private CnnMetric metric = CnnMetric.MicroAccuracy;
    private TimeSpan? time;
    private int? mostTrials;
    private int mostEpochs = 27;
    private CnnHalving halving = CnnHalving.Asynchronous;
    private int concurrentTrials = 1;
    private int seed;
    private string? folder;
    private ICnnMonitor? monitor;
    private (string Name, Func<CnnSearchSpace, ICnnTuner> Create)? tuner;

    internal CnnExperiment(MLContext context) => this.context = context;

    /// <summary>All trials of the last run, those before an interruption included, in the order of their numbers.</summary>
    public ImmutableArray<CnnTrialResult> Trials { get; private set; } = [];

    /// <summary>The trials than which no other is both better and cheaper, from the cheapest on.</summary>
    /// <param name="cost">What counts as cheap: for example <c>trial => trial.LatencyInMilliseconds</c> or <c>trial => trial.ParameterCount</c>.</param>
    public ImmutableArray<CnnTrialResult> ParetoFront(Func<CnnTrialResult, double?> cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        List<CnnTrialResult> front = [];
        foreach (
            CnnTrialResult trial in Trials
                .Where(trial => trial.Error is null && cost(trial) is not null)
                .OrderBy(cost)
                .ThenBy(trial => trial.Loss)
        )
        {
            if (front.Count == 0 || trial.Loss < front[^1].Loss)
            {
                front.Add(trial);
            }
        }

        return [.. front];
    }

    /// <summary>
    /// How much each thing that varied decided which trials of the last run were good, from the most important on (PED-ANOVA, Watanabe et al. 2023). It takes 20 trials that can be
    /// compared.
    /// </summary>
    public ImmutableArray<CnnParameterImportance> ParameterImportance() =>
        Experiments.Analysis.ParameterImportance.Of(space, Trials, value => metric.Loss(value));

    /// <summary>The images to train on, and those that trials are compared by.</summary>
    public CnnExperiment SetDataset(IDataView train, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        (this.train, this.validation) = (train, validation);
        return this;
    }

    /// <summary>Images of which a share is held out, for trials to be compared by.</summary>
    /// <param name="data">The images.</param>
    /// <param name="validationFraction">The share, from above 0 to below 1.</param>
    public CnnExperiment SetDataset(IDataView data, double validationFraction)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(validationFraction > 0 && validationFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(validationFraction),
                validationFraction,
                FormattableString.Invariant($"The share to be held out lies above 0 and below 1, received {validationFraction}.")
            );
        }

        DataOperationsCatalog.TrainTestData split = context.Data.TrainTestSplit(data, validationFraction, seed: seed);
        return SetDataset(split.TrainSet, split.TestSet);
    }

    /// <summary>What to make as good as it can be.</summary>
    public CnnExperiment SetMetric(CnnMetric metric)
    {
        this.metric = Layers.LayerCheck.Defined(metric);
        return this;
    }

    /// <summary>Time for all trials, above 0. At its end those under way are given up.</summary>
    public CnnExperiment SetTrainingTimeInSeconds(double seconds)
    {
        if (!(seconds > 0 && seconds <= TimeSpan.MaxValue.TotalSeconds))
        {
            throw new ArgumentOutOfRangeException(
                nameof(seconds),
                seconds,
                FormattableString.Invariant($"An experiment needs some time: more than 0 seconds, received {seconds}.")
            );
        }

        time = TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>Trials at most, at least 1.</summary>
    public CnnExperiment SetMaxModelToExplore(int models)
    {
        mostTrials = Layers.LayerCheck.Positive(models);
        return this;
    }

    /// <summary>Epochs of a trial that is trained to its end, at least 1; 27 by default.</summary>
    public CnnExperiment SetMaxEpoch(int epochs)
    {
        mostEpochs = Layers.LayerCheck.Positive(epochs);
        return this;
    }

    /// <summary>How it is decided how long each trial is trained.</summary>
    public CnnExperiment SetHalving(CnnHalving halving)
    {
        this.halving = Layers.LayerCheck.Defined(halving);
        return this;
    }

    /// <summary>Trials that are trained at once, each with its share of the cores; 1 by default.</summary>
    public CnnExperiment SetConcurrentTrials(int trials)
    {
        concurrentTrials = Layers.LayerCheck.Positive(trials);
        return this;
    }

    /// <summary>What may vary. By default architectures, learning rate, batch size and weight decay.</summary>
    /// <param name="space">At least one thing: options of the trainer by their names, unless <see cref="SetOptions"/> says what they stand for.</param>
    public CnnExperiment SetSearchSpace(CnnSearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (space.Count == 0)
        {
            throw new ArgumentException(
                "The search space is empty: nothing would vary. What would work: at least one option in it.",
                nameof(space)
            );
        }

        this.space = space.Snapshot();
        return this;
    }

    /// <summary>What parameters stand for: called for each trial with its parameters, it gives the options to train with, the network included.</summary>
    public CnnExperiment SetOptions(Func<CnnParameters, CnnMulticlassTrainer.Options> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        makeOptions = options;
        return this;
    }

    /// <summary>Of all that is random; 0 by default.</summary>
    public CnnExperiment SetSeed(int seed)
    {
        this.seed = seed;
        return this;
    }

    /// <summary>A folder in which all is recorded, and from which an experiment that was interrupted goes on; made if it is not there.</summary>
    public CnnExperiment SetCheckpoint(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.folder = folder;
        return this;
    }

    /// <summary>Is told what happens.</summary>
    public CnnExperiment SetMonitor(ICnnMonitor monitor)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        this.monitor = monitor;
        return this;
    }

    /// <summary>A tuner of one's own.</summary>
    public CnnExperiment SetTuner(ICnnTuner tuner)
    {
        ArgumentNullException.ThrowIfNull(tuner);
        this.tuner = (tuner.GetType().FullName!, _ => tuner);
        return this;
    }

    /// <summary>The Tree-structured Parzen Estimator (Bergstra et al. 2011), which is the default.</summary>
    public CnnExperiment SetTpeTuner()
    {
        tuner = null;
        return this;
    }

    /// <summary>Random search (Bergstra and Bengio 2012).</summary>
    public CnnExperiment SetRandomSearchTuner()
    {
        tuner = ("random", space => new RandomSearchTuner(space, seed));
        return this;
    }

    /// <summary>Every combination of a few values of everything.</summary>
    /// <param name="step">Values of a range, at least 2.</param>
    public CnnExperiment SetGridSearchTuner(int step = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 2);
        tuner = ($"grid of {step}", space => new GridSearchTuner(space, step));
        return this;
    }

    /// <summary>As <see cref="RunAsync"/>, on this thread.</summary>
    public CnnTrialResult Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until time or trials are used up, or it is canceled.</summary>
    /// <returns>The best trial with its model.</returns>
    /// <exception cref="InvalidOperationException">There is no dataset, or neither a time nor a number of trials.</exception>
    /// <exception cref="TimeoutException">Not one trial succeeded.</exception>
    /// <exception cref="CnnCheckpointException">The folder cannot be used, or is that of another experiment.</exception>
    /// <exception cref="OperationCanceledException">It was canceled before one trial had succeeded.</exception>
    public async Task<CnnTrialResult> RunAsync(CancellationToken cancellationToken = default)
    {
        Require();
        string place = folder ?? Directory.CreateTempSubdirectory("cnn-experiment-").FullName;
        try
        {
            return await SearchAsync(place, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (folder is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    private async Task<CnnTrialResult> SearchAsync(string place, CancellationToken cancellationToken)
    {
        using CheckpointFolder claimed = CheckpointFolder.Open(place);
        using Journal journal = Journal.Open(Path.Combine(place, "trials.jsonl"));
        MulticlassTrials trials = new(context, Setting(), place);
        Search search = new(tuner?.Create(space) ?? new TpeTuner(space, seed), Halving(), mostTrials);
        ExperimentRun? run = null;
        run = new ExperimentRun(search, journal, TrainAsync, monitor, concurrentTrials);
        run.Replay(Identity());
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (time is { } limit)
        {
            stop.CancelAfter(limit > run.Before ? limit - run.Before : TimeSpan.Zero);
        }

        await run.RunAsync(stop.Token).ConfigureAwait(false);
        Trials = [.. run.Results];
        if (run.Best is { } best)
        {
            return best with { Model = trials.Model(best, CancellationToken.None) };
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new TimeoutException(
            Trials.IsEmpty
                ? $"No trial came to its first {Rungs()[0]} epoch(s) within the time. What would work: more time, or a smaller network to begin with."
                : $"None of {Trials.Length} trials succeeded; the last one: {Trials[^1].Error}"
        );

        Task<TrialMeasures> TrainAsync(CnnTrialSettings trial, int epochs, CancellationToken token)
        {
            TrialMeasures measures = trials.Train(trial, epochs, token);
            if (run!.Best is { } ahead && concurrentTrials == 1)
            {
                trials.KeepOnly(measures.Loss < ahead.Loss ? trial.TrialId : ahead.TrialSettings.TrialId);
            }

            return Task.FromResult(measures);
        }
    }

    private void Require()
    {
        if (train is null || validation is null)
        {
            throw new InvalidOperationException("There is no dataset. What would work: SetDataset before the experiment is run.");
        }

        if (time is null && mostTrials is null)
        {
            throw new InvalidOperationException(
                "The experiment would never end. What would work: SetTrainingTimeInSeconds, SetMaxModelToExplore, or both."
            );
        }

        if (makeOptions is null)
        {
            DefaultSpace.Apply(space.Defaults, new CnnMulticlassTrainer.Options());
            if (!space.Any(option => option.Key == nameof(CnnTrainerOptions.Network)))
            {
                throw new InvalidOperationException(
                    "Nothing says which network to train. What would work: SetOptions with a function from parameters to options, or a search space with 'Network'."
                );
            }
        }
    }

    private MulticlassSetting Setting() =>
        new(
            train!,
            validation!,
            parameters =>
            {
                CnnMulticlassTrainer.Options options = makeOptions?.Invoke(parameters) ?? new CnnMulticlassTrainer.Options();
                if (makeOptions is null)
                {
                    DefaultSpace.Apply(parameters, options);
                }

                return options;
            },
            metric,
            mostEpochs,
            Math.Max(1, Environment.ProcessorCount / concurrentTrials),
            seed,
            monitor
        );

    private Rungs Rungs() => new(halving == CnnHalving.None ? mostEpochs : 1, mostEpochs, HalvingFactor);

    private IHalving Halving() =>
        halving switch
        {
            CnnHalving.Asynchronous => new AsynchronousSuccessiveHalving(Rungs()),
            CnnHalving.Synchronous => new SuccessiveHalving(Rungs()),
            _ => new NoHalving(mostEpochs),
        };

    private string Identity() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{metric}, {tuner?.Name ?? "TPE"}, {halving} of {mostEpochs} epochs, seed {seed}, {string.Join("; ", space.AllPaths().Select(path => $"{path.Key}: {IdentityText.Of(path.Value)}"))}"
        );
}
