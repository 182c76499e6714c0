using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What all trainers do alike: from a data view, options and a task to a trained model.</summary>
internal sealed class NetworkTrainer
{
    private readonly IHost host;
    private readonly int seed;
    private readonly FittingScope? scope;

    private NetworkTrainer(IHost host, CnnTrainerOptions options, FittingScope? scope)
    {
        (this.host, Options, this.scope) = (host, options, scope);
        seed = options.Seed ?? host.Rand.Next();
    }

    /// <summary>Of the trainer; nobody changes them any more.</summary>
    public CnnTrainerOptions Options { get; }

    /// <param name="environment">Of the <see cref="MLContext"/>.</param>
    /// <param name="name">Of the trainer.</param>
    /// <param name="options">Later changes of them have no effect.</param>
    /// <exception cref="ArgumentException">An option has a value that is not allowed.</exception>
    public static NetworkTrainer Create(IHostEnvironment environment, string name, CnnTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Check(options);
        return new NetworkTrainer(environment.Register(name), options.Snapshot(), scope: null);
    }

    /// <param name="train">The training images.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="validation">Images to measure with; null for a share of the training images if the options say so, else none.</param>
    /// <param name="task">What to learn.</param>
    public CnnModel Train(IDataView train, ExampleColumns columns, IDataView? validation, TrainingTask task)
    {
        if (FittingScope.Current is not { } around)
        {
            return TrainAsTold(train, columns, validation, task);
        }

        NetworkTrainer adapted = new(host, around.AdaptedOf(Options), around);
        CnnModel model = adapted.TrainAsTold(train, columns, around.Validation, task);
        around.Note(adapted.Options, model);
        return model;
    }

    private CnnModel TrainAsTold(IDataView train, ExampleColumns columns, IDataView? validation, TrainingTask task)
    {
        NetworkOutline outline = NetworkOutline.Of(Options, columns, task);
        scope?.Limits?.RequireParameters(outline.Table.LearnedCount);
        if (scope is { IsRehearsal: true })
        {
            return outline.Untrained(Options, task, seed);
        }

        using Workspace workspace = Workspace.Open(Options);
        using IChannel channel = host.Start("Training");
        TrainingSettings settings = Settings(channel, task.Loss);
        ExampleSets sets = ExampleSets.Of(train, columns, validation, Options, workspace.SeedOr(seed), settings.ThrowIfCanceled);
        settings.RequireWatched(sets.Validation is not null);

        // What a single image would take is refused before a pass over all of them.
        ModelDescription description = outline.Describe(Options, task);
        Require(TrainingMemory.Of(description, outline.Table, settings, sets.Train, trainRows: 1, validationRows: 0), warn: _ => { });
        scope?.Limits?.RequireLatency(() => outline.Untrained(Options, task, seed));

        // An experiment knows its rows, and reads no models of trials: both would be found out or written anew each time that a trial goes on.
        bool isOnItsOwn = scope is null;
        ExampleMeasures measures = ExampleMeasures.Of(
            sets,
            outline.Image,
            Options,
            hashesImages: isOnItsOwn && Options.WorkspacePath is not null,
            settings.ThrowIfCanceled
        );
        PixelStatistics statistics = measures.Statistics;
        task.Check(statistics);
        description = outline.Describe(Options, task, statistics.Normalization);
        settings = settings with
        {
            Augmentation = Options.Augmentation.Learn(description.Normalization, measures.Colors),
            Scaling = task.ScalingOf(statistics),
            Checkpoints = workspace.SettingsFor(
                measures.TrainingIdentity,
                [.. DataIdentity.Of(Options), .. measures.ValidationIdentity, .. task.Identity],
                isOnItsOwn
            ),
        };

        // Only now a workspace that is named by its data is known, and the seed that is saved there.
        settings = settings with
        {
            Seed = workspace.SeedOr(seed),
        };
        TrainingMemory memory = TrainingMemory.Of(
            description,
            outline.Table,
            settings,
            sets.Train,
            statistics.Rows,
            measures.ValidationRows
        );
        Require(memory, warn: message => channel.Warning(MessageSensitivity.None, message));
        using ParameterStore initial = outline.CreateStore(settings.Seed);
        if (task.GoOn is not null)
        {
            settings.Scaling?.FromLabels(initial);
        }

        channel.Info(
            MessageSensitivity.None,
            $"Training {outline.Table.LearnedCount:N0} parameters on {statistics.Rows:N0} images of {outline.Image.Shape} {task}. {memory}."
        );
        return TrainingLoop.Run(
            description,
            initial,
            task.ForTraining(sets.Train, statistics),
            statistics.Rows,
            sets.Validation is null ? null : task.ForValidation(sets.Validation, statistics),
            measures.ValidationRows,
            settings
        );
    }

    private void Require(TrainingMemory memory, Action<string> warn)
    {
        if (scope?.Limits?.Memory is { } most)
        {
            memory.RequireWithin(most);
        }

        memory.Require(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Options.IgnoreMemoryEstimate, warn);
    }

    private TrainingSettings Settings(IChannel channel, Loss loss) =>
        new()
        {
            Loss = loss,
            Epochs = Options.Epoch,
            BatchSize = Options.BatchSize,
            LearningRate = Options.LearningRate,
            Optimizer = Options.Optimizer,
            Clipping = Options.GradientClipping,
            Schedule = Options.LearningRateScheduler,
            MixUp = Options.MixUp,
            Seed = seed,
            Threads = Options.Threads ?? Environment.ProcessorCount,
            ShuffleBufferRows = Options.ShuffleBufferSize,
            EarlyStopping = Options.EarlyStoppingCriteria,
            OnCancellation = Options.OnCancellation,
            Progressed = Options.BatchProgress is null ? null : Options.BatchProgress.Report,
            ProgressInterval = Options.BatchProgressInterval,
            Log = message => channel.Info(MessageSensitivity.None, message),
            CancellationToken = Options.CancellationToken,
            IsCanceled = host.IsCanceled,
            EpochCompleted = metrics =>
            {
                channel.Info(MessageSensitivity.None, EpochMessage.Of(metrics));
                Options.MetricsCallback?.Invoke(metrics);
                Options.Progress?.Report(metrics);
            },
        };
}
