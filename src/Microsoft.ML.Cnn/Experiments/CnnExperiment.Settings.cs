using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Experiments.Data;
using Microsoft.ML.Cnn.Experiments.Tasks;
using Microsoft.ML.Cnn.Experiments.Tuners;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Trainers;

namespace Microsoft.ML.Cnn;

public sealed partial class CnnExperiment
{
    private const double BytesOfMegaByte = 1 << 20;

    private ExperimentData? data;
    private CnnSearchSpace space;
    private bool isSpaceGiven;
    private Func<CnnParameters, CnnTrainerOptions>? makeOptions;
    private Func<CnnParameters, IEstimator<ITransformer>>? makePipeline;
    private ICnnTrialRunner? runner;
    private MetricRule metric;
    private ScoredColumns columns = new();
    private TimeSpan? time;
    private int? mostTrials;
    private FittingLimits limits = FittingLimits.None;
    private int mostEpochs = 27;
    private CnnHalving halving = CnnHalving.Asynchronous;
    private int concurrentTrials = 1;
    private int? givenSeed;
    private string? folder;
    private bool isRefitted;
    private ICnnMonitor? monitor;
    private (string Name, Func<CnnSearchSpace, ICnnTuner> Create)? tuner;

    /// <summary>The images to train on, and those that trials are compared by.</summary>
    /// <param name="train">The images to train on.</param>
    /// <param name="validation">Those that trials are compared by, in the same columns.</param>
    public CnnExperiment SetDataset(IDataView train, IDataView validation)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        data = new GivenPair(train, validation);
        return this;
    }

    /// <summary>Images of which a share is held out, for trials to be compared by; of every class the same share.</summary>
    /// <param name="data">The images.</param>
    /// <param name="validationFraction">The share, from above 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
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

        this.data = new HeldOutShare(data, validationFraction);
        return this;
    }

    /// <summary>
    /// Images in folds, with the same share of every class in each. A trial trains a network for each fold, on the others, and its metric is the mean of theirs, each at its best epoch; halving
    /// compares trials of which every fold had as many epochs. The model of the best trial is that of its best fold, unless <see cref="SetRefit"/> asks for
    /// one of all rows.
    /// </summary>
    /// <param name="data">The images.</param>
    /// <param name="folds">At least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public CnnExperiment SetDataset(IDataView data, int folds)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (folds < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(folds),
                folds,
                $"There must be at least 2 folds, received {folds}. What would work for one division only: a fraction, such as 0.2."
            );
        }

        this.data = new Folds(data, folds);
        return this;
    }

    /// <summary>What to make as good as it can be; by default the accuracy, or the root mean squared error of a regression.</summary>
    /// <exception cref="ArgumentException">The metric does not fit the task.</exception>
    public CnnExperiment SetMetric(CnnMetric metric)
    {
        this.metric = task.RuleOf(LayerCheck.Defined(metric));
        return this;
    }

    /// <summary>What to make as good as it can be, and the columns that it is measured by.</summary>
    /// <param name="metric">One of multiclass classification.</param>
    /// <param name="labelColumn">The column of labels. <see cref="SetOptions"/> may name another to the trainer.</param>
    /// <param name="predictedColumn">The column of predicted labels, where a pipeline is evaluated.</param>
    /// <exception cref="ArgumentException">The metric does not fit the task.</exception>
    /// <exception cref="InvalidOperationException">The experiment is of another task.</exception>
    public CnnExperiment SetMulticlassClassificationMetric(
        CnnMetric metric,
        string labelColumn = "Label",
        string predictedColumn = "PredictedLabel"
    ) => SetMetric<MulticlassExperimentTask>(metric, labelColumn, columns with { Predicted = predictedColumn });

    /// <summary>What to make as good as it can be, and the columns that it is measured by.</summary>
    /// <param name="metric">One of binary classification.</param>
    /// <inheritdoc cref="SetMulticlassClassificationMetric"/>
    public CnnExperiment SetBinaryClassificationMetric(
        CnnMetric metric,
        string labelColumn = "Label",
        string predictedColumn = "PredictedLabel"
    ) => SetMetric<BinaryExperimentTask>(metric, labelColumn, columns with { Predicted = predictedColumn });

    /// <summary>What to make as good as it can be, and the columns that it is measured by.</summary>
    /// <param name="metric">One of regression.</param>
    /// <param name="labelColumn">The column of labels. <see cref="SetOptions"/> may name another to the trainer.</param>
    /// <param name="scoreColumn">The column of predictions, where a pipeline is evaluated.</param>
    /// <exception cref="ArgumentException">The metric does not fit the task.</exception>
    /// <exception cref="InvalidOperationException">The experiment is of another task.</exception>
    public CnnExperiment SetRegressionMetric(CnnMetric metric, string labelColumn = "Label", string scoreColumn = "Score") =>
        SetMetric<RegressionExperimentTask>(metric, labelColumn, columns with { Score = scoreColumn });

    /// <summary>
    /// Time for all trials, above 0. At its end those under way are given up, and one that would take more than all of it for its epochs is given up in its first.
    /// <see cref="SetRefit"/> takes time of its own behind it.
    /// </summary>
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
        mostTrials = LayerCheck.Positive(models);
        return this;
    }

    /// <summary>
    /// Memory that the process may use while a trial is trained. A trial whose training alone would take more, by what is worked out beforehand, fails before it begins; one that is
    /// found to use more while it is trained fails then. The search goes on.
    /// </summary>
    /// <param name="megabytes">Of 1,048,576 bytes; above 0. The data and all else that the process holds count.</param>
    public CnnExperiment SetMaximumMemoryUsageInMegaByte(double megabytes)
    {
        if (!(megabytes > 0 && megabytes < long.MaxValue / BytesOfMegaByte))
        {
            throw new ArgumentOutOfRangeException(
                nameof(megabytes),
                megabytes,
                FormattableString.Invariant($"Memory of a process is more than 0 MB, received {megabytes}.")
            );
        }

        limits = limits with { Memory = (long)(megabytes * BytesOfMegaByte) };
        return this;
    }

    /// <summary>Parameters that a trial's training may change, at least 1. A trial with more fails before it begins; the search goes on.</summary>
    public CnnExperiment SetMaximumParameterCount(long parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        limits = limits with { Parameters = parameters };
        return this;
    }

    /// <summary>
    /// Milliseconds in which a trial's model has to score one image on this machine, above 0. A trial that takes longer, measured with untrained weights, fails before it begins; the search
    /// goes on. Where networks lie close to the limit, a repetition of the experiment may decide otherwise.
    /// </summary>
    public CnnExperiment SetMaximumLatencyInMilliseconds(double milliseconds)
    {
        if (!(milliseconds > 0 && double.IsFinite(milliseconds)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(milliseconds),
                milliseconds,
                FormattableString.Invariant($"A prediction takes more than 0 milliseconds, received {milliseconds}.")
            );
        }

        limits = limits with { Latency = milliseconds };
        return this;
    }

    /// <summary>Epochs of a trial that is trained to its end, at least 1; 27 by default.</summary>
    public CnnExperiment SetMaxEpoch(int epochs)
    {
        mostEpochs = LayerCheck.Positive(epochs);
        return this;
    }

    /// <summary>How it is decided how long each trial is trained.</summary>
    public CnnExperiment SetHalving(CnnHalving halving)
    {
        this.halving = LayerCheck.Defined(halving);
        return this;
    }

    /// <summary>Trials that are trained at once, each with its share of the cores; 1 by default.</summary>
    public CnnExperiment SetConcurrentTrials(int trials)
    {
        concurrentTrials = LayerCheck.Positive(trials);
        return this;
    }

    /// <summary>What may vary. By default architectures, batch size, learning rate with its schedule, optimizer, weight decay, augmentation, and label smoothing or the loss of a regression.</summary>
    /// <param name="space">
    /// At least one thing: options of the trainer by their names, with what may vary under those names: such as <c>Optimizer</c> with <c>Sgd</c>, and <c>Momentum</c> under it; and
    /// <c>Network</c>, which is <c>Stack</c> or a method of <see cref="Architectures"/>. Names are the user's own where <see cref="SetOptions"/>, <see cref="SetPipeline"/> or <see cref="SetTrialRunner"/> says what they stand for;
    /// otherwise every name, every value of a choice and both ends of every range are checked before the first trial.
    /// </param>
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

        (this.space, isSpaceGiven) = (space.Snapshot(), true);
        return this;
    }

    /// <summary>
    /// What parameters stand for: called for each trial with its parameters, it gives the options to train with, the network included. The experiment decides, whatever they say:
    /// epochs, threads, seed, validation, early stopping, workspace and cancellation.
    /// </summary>
    /// <typeparam name="TOptions">The options of the trainer of this task.</typeparam>
    /// <exception cref="ArgumentException">The options are of another trainer.</exception>
    /// <exception cref="InvalidOperationException">There is a pipeline already.</exception>
    public CnnExperiment SetOptions<TOptions>(Func<CnnParameters, TOptions> options)
        where TOptions : CnnTrainerOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireNone(makePipeline, nameof(SetPipeline), nameof(SetOptions));
        if (typeof(TOptions) != task.OptionsType)
        {
            throw new ArgumentException(
                $"An experiment of {task.Name} takes {task.OptionsType.DeclaringType!.Name}.Options, received a function to {typeof(TOptions).DeclaringType?.Name ?? typeof(TOptions).Name}.",
                nameof(options)
            );
        }

        makeOptions = options;
        return this;
    }

    /// <summary>
    /// What parameters stand for, where more varies than the options of the trainer: called for each trial with its parameters, it gives a whole pipeline, from the columns of the dataset
    /// to a prediction. <see cref="SetSearchSpace"/> says what varies.
    /// </summary>
    /// <param name="pipeline">
    /// A trainer, or estimators put together by <c>Append</c>. With a trainer of this library among them, trials are stopped early and continued by halving, and by an experiment that goes on, as
    /// without a pipeline; the experiment decides of its options what <see cref="SetOptions"/> says. Estimators before it are fitted once more each time, and see no rows but those for
    /// training. Without one there is nothing that could be stopped or continued: each trial is trained to its end at once, and halving has no part in it. What is random in
    /// other estimators is reproducible if they have seeds of their own.
    /// </param>
    /// <exception cref="InvalidOperationException">There are options already.</exception>
    public CnnExperiment SetPipeline(Func<CnnParameters, IEstimator<ITransformer>> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        RequireNone(makeOptions, nameof(SetOptions), nameof(SetPipeline));
        makePipeline = pipeline;
        return this;
    }

    /// <summary>Who trains the trials in the experiment's place. Dataset, options and pipeline are then the runner's.</summary>
    public CnnExperiment SetTrialRunner(ICnnTrialRunner runner)
    {
        ArgumentNullException.ThrowIfNull(runner);
        this.runner = runner;
        return this;
    }

    /// <summary>Of all that is random; by default that of the <see cref="MLContext"/>, and 0 where that has none.</summary>
    public CnnExperiment SetSeed(int seed)
    {
        givenSeed = seed;
        return this;
    }

    /// <summary>
    /// A folder in which all is recorded, and from which an experiment that was interrupted goes on; made if it is not there. In the end <c>best.zip</c> is the model of the
    /// best trial there, and <c>best.json</c> says how it was found.
    /// </summary>
    public CnnExperiment SetCheckpoint(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.folder = folder;
        return this;
    }

    /// <summary>
    /// Whether the best trial is trained once more on all rows, those held out included: for as many epochs as it had, with the learning rate in its whole course. The metric of
    /// the result stays that of the trial. Not by default.
    /// </summary>
    public CnnExperiment SetRefit(bool refit = true)
    {
        isRefitted = refit;
        return this;
    }

    /// <summary>Is told what happens.</summary>
    public CnnExperiment SetMonitor(ICnnMonitor monitor)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        this.monitor = monitor;
        return this;
    }

    /// <summary>A tuner of one's own, for the space that <see cref="SetSearchSpace"/> is given.</summary>
    public CnnExperiment SetTuner(ICnnTuner tuner)
    {
        ArgumentNullException.ThrowIfNull(tuner);
        this.tuner = (tuner.GetType().FullName!, _ => tuner);
        return this;
    }

    /// <summary>A tuner of one's own, for whatever space is searched.</summary>
    /// <param name="create">Called once a run, with the search space: that of <see cref="SetSearchSpace"/>, or by default the one that fits the images.</param>
    public CnnExperiment SetTuner(Func<CnnSearchSpace, ICnnTuner> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        tuner = (
            "a tuner of its own",
            space =>
                create(space) ?? throw new InvalidOperationException("The function given to SetTuner gave null. It has to give a tuner.")
        );
        return this;
    }

    /// <summary>The Tree-structured Parzen Estimator (Bergstra et al. 2011), which is the default.</summary>
    public CnnExperiment SetTpeTuner()
    {
        tuner = null;
        return this;
    }

    /// <summary>Random search (Bergstra and Bengio 2012).</summary>
    /// <param name="seed">Of its proposals; by default that of the experiment.</param>
    public CnnExperiment SetRandomSearchTuner(int? seed = null)
    {
        tuner = (
            seed is null ? "random" : FormattableString.Invariant($"random with seed {seed}"),
            space => new RandomSearchTuner(space, seed ?? Seed)
        );
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

    private static void RequireNone(object? set, string already, string now)
    {
        if (set is not null)
        {
            throw new InvalidOperationException($"{already} and {now} both say what parameters stand for. Allowed: one of them.");
        }
    }

    private CnnExperiment SetMetric<TTask>(
        CnnMetric metric,
        string labelColumn,
        ScoredColumns scored,
        [CallerMemberName] string method = ""
    )
        where TTask : ExperimentTask
    {
        task.Require<TTask>(method);
        ArgumentException.ThrowIfNullOrEmpty(labelColumn);
        columns = scored with { Label = labelColumn };
        return SetMetric(metric);
    }

    private void Apply(CnnExperimentSettings settings)
    {
        givenSeed = settings.Seed;
        if (settings.MaxExperimentTimeInSeconds is { } seconds)
        {
            SetTrainingTimeInSeconds(seconds);
        }

        if (settings.MaxModels is { } models)
        {
            SetMaxModelToExplore(models);
        }

        if (settings.MaximumMemoryUsageInMegaByte is { } megabytes)
        {
            SetMaximumMemoryUsageInMegaByte(megabytes);
        }
    }
}
