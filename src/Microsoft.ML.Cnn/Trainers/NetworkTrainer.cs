using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Networks;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Cnn.Training.Checkpoints;
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
        ImageLayout image = InputShapeRule.Infer(columns.Feature.Name, columns.FeatureType, Options.InputShape, Options.PixelOrder);
        Options.Augmentation.RequireFit(image.Shape);
        Options.Normalization?.RequireFit(image.Shape, nameof(Options.Normalization));
        Network body = Options.Network ?? PretrainedBody.NetworkOf(Options.PretrainedModel!);
        Network network = body.WithOutput(task.Outputs, image.Shape);
        ParameterTable table = TrainedLayers.Of(
            network,
            image.Shape,
            new FrozenLayers(Options.FreezeUpTo, Options.Frozen, nameof(Options.FreezeUpTo), nameof(Options.Frozen)),
            Options.BodyLearningRateMultiplier
        );
        StartingPoint beginning =
            task.GoOn is not null ? task.GoOn(network, image.Shape)
            : Options.PretrainedModel is not null ? PretrainedBody.Of(Options.PretrainedModel, network, image.Shape)
            : StartingPoint.Anew;
        if (scope is { IsRehearsal: true })
        {
            return Untrained(network, image, table, beginning, task);
        }

        scope?.Limits?.RequireParameters(table.LearnedCount);
        scope?.Limits?.RequireLatency(() => Untrained(network, image, table, beginning, task));
        using Workspace workspace = Workspace.Open(Options);
        using IChannel channel = host.Start("Training");
        TrainingSettings settings = Settings(channel, task.Loss);
        ExampleSets sets = ExampleSets.Of(train, columns, validation, Options, workspace.SeedOr(seed), settings.ThrowIfCanceled);
        settings.RequireWatched(sets.Validation is not null);
        ColorStatistics? colors = ColorStatistics.For(Options.Augmentation, image.Shape, image.Order);
        using RowsHash? hash = Options.WorkspacePath is null ? null : new RowsHash();
        PixelStatistics statistics = PixelStatistics.Measure(sets.Train, image.Shape, image.Order, settings.ThrowIfCanceled, colors, hash);
        task.Check(statistics);
        using RowsHash? validationHash = sets.Validation is null ? null : new RowsHash();
        sets.Validation?.HashWithoutPixels(validationHash!, settings.ThrowIfCanceled);
        ModelDescription description = new(
            network,
            image.Shape,
            image.Order,
            Options.Normalization ?? beginning.Normalization ?? statistics.Normalization,
            task.Output,
            task.ClassNames,
            Options.ConvolutionAlgorithm
        );
        settings = settings with
        {
            Augmentation = Options.Augmentation.Learn(description.Normalization, colors),
            Scaling = task.ScalingOf(statistics),
            Checkpoints = hash is null
                ? null
                : workspace.SettingsFor(
                    DataIdentity.OfTraining(statistics, hash),
                    [.. DataIdentity.Of(Options), .. DataIdentity.OfValidation(validationHash), .. task.Identity]
                ),
        };
        settings = settings with { Seed = workspace.SeedOr(seed) };
        long validationRows = validationHash?.Rows ?? 0;
        TrainingMemory memory = RequireMemory(description, table, settings, sets, statistics.Rows, validationRows, channel);
        using ParameterStore initial = beginning.CreateStore(network, image.Shape, table, settings.Seed);
        if (task.GoOn is not null)
        {
            settings.Scaling?.FromLabels(initial);
        }

        channel.Info(
            MessageSensitivity.None,
            $"Training {table.LearnedCount:N0} parameters on {statistics.Rows:N0} images of {image.Shape} {task}. {memory}."
        );
        return TrainingLoop.Run(
            description,
            initial,
            task.ForTraining(sets.Train, statistics),
            statistics.Rows,
            sets.Validation is null ? null : task.ForValidation(sets.Validation, statistics),
            validationRows,
            settings
        );
    }

    private CnnModel Untrained(Network network, ImageLayout image, ParameterTable table, StartingPoint beginning, TrainingTask task) =>
        new(
            new ModelDescription(
                network,
                image.Shape,
                image.Order,
                Options.Normalization ?? beginning.Normalization ?? PixelNormalization.None(image.Shape.Channels),
                task.Output,
                task.ClassNames,
                Options.ConvolutionAlgorithm
            ),
            beginning.CreateStore(network, image.Shape, table, seed)
        );

    private TrainingMemory RequireMemory(
        ModelDescription description,
        ParameterTable table,
        TrainingSettings settings,
        ExampleSets sets,
        long rows,
        long validationRows,
        IChannel channel
    )
    {
        TrainingMemory memory = TrainingMemory.Of(description, table, settings, sets.Train, rows, validationRows);
        if (scope?.Limits?.Memory is { } most)
        {
            memory.RequireWithin(most);
        }

        memory.Require(
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Options.IgnoreMemoryEstimate,
            message => channel.Warning(MessageSensitivity.None, message)
        );
        return memory;
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
