using System.Collections.Immutable;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Cnn.Training.Checkpoints;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The <see cref="IEstimator{TTransformer}"/> that trains a convolutional network to tell classes of images apart.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.MulticlassClassification.Trainers.Cnn(network)` or `Cnn(options)`.
///
/// ### Input and Output Columns
/// The label column must be a [key](xref:Microsoft.ML.Data.KeyDataViewType), with values of any type; a row whose key is missing is left out.
/// The feature column must be a known-size vector of <xref:System.Single>, sparse or dense. Its dimensions tell the shape of an image: height, width and
/// channels, or channels, height and width. Pixels need no scaling: the trainer learns their mean and deviation and keeps them in the model.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `PredictedLabel` | [key](xref:Microsoft.ML.Data.KeyDataViewType) | The class of the greatest score, with the values of the label. |
/// | `Score` | Vector of <xref:System.Single> | The probability of each class. |
///
/// ### Trainer Characteristics
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No |
/// | Is caching required? | No, but it helps where rows are slow to read: each epoch reads them all |
/// | Required NuGet in addition to Microsoft.ML | This one |
/// | Exportable to ONNX | No |
///
/// ### Training Algorithm Details
/// The network's layers are followed by a dense layer with one output a class and a softmax. Its cross-entropy (the weighted mean of a batch)
/// is minimized by stochastic gradient descent or one of its relatives, over batches of rows in an order that changes with each epoch. The model is
/// that of the last epoch, or of the best one with early stopping. Equal seeds give equal models, on however many threads.
/// ]]></format>
/// </remarks>
public sealed class CnnMulticlassTrainer : ITrainerEstimator<CnnMulticlassPredictionTransformer, CnnMulticlassModelParameters>
{
    private readonly IHost host;
    private readonly Options options;
    private readonly int seed;

    internal CnnMulticlassTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Check(options);
        host = environment.Register(nameof(CnnMulticlassTrainer));
        this.options = (Options)options.Snapshot();
        seed = options.Seed ?? host.Rand.Next();
    }

    /// <summary>Options of a <see cref="CnnMulticlassTrainer"/>.</summary>
    public sealed class Options : CnnTrainerOptions
    {
        /// <summary>
        /// What the examples of each class weigh in training, beside the weights of <see cref="CnnTrainerOptions.ExampleWeightColumnName"/>; all the same by default.
        /// Validation images are measured without.
        /// </summary>
        public ClassWeights? ClassWeights;
    }

    /// <summary>What the trainer asks of ML.NET: no normalization, and caching where rows are slow to read.</summary>
    public TrainerInfo Info { get; } = TrainerInfoFactory.Create();

    /// <summary>The columns of an input, followed by those that a trained model adds.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of a type that cannot be trained on.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return MulticlassOutput.Promise(inputSchema, ExampleColumns.CheckPromised(inputSchema, options, nameof(inputSchema)));
    }

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training images with their labels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of a type that cannot be trained on, or does not tell the shape of images.</exception>
    /// <exception cref="ArgumentException">There is a weight for a class that the label does not have.</exception>
    /// <exception cref="Layers.ShapeException">A layer does not fit the images.</exception>
    /// <exception cref="InvalidOperationException">There are no rows with a label, or of one class only, or a pixel or weight is not allowed.</exception>
    /// <exception cref="ArgumentException">An option names a layer that the network has not, or freezes all, or a pretrained model does not fit.</exception>
    /// <exception cref="InsufficientMemoryException">Training would take more memory than the machine has.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="CnnCheckpointException">The workspace cannot be used, or its checkpoint is of another training.</exception>
    /// <exception cref="OperationCanceledException">Training was canceled, and the options do not ask for the best model so far or there is none.</exception>
    public CnnMulticlassPredictionTransformer Fit(IDataView input) => Train(input, options.ValidationSet, null, nameof(input));

    /// <summary>Trains a network, and measures it after each epoch.</summary>
    /// <param name="trainData">The training images with their labels.</param>
    /// <param name="validationData">Images to measure loss and accuracy with; null for what the options say.</param>
    /// <param name="modelParameters">
    /// A trained model to go on from, with its normalization unless the options give one; its classes are matched by key value. It comes before a
    /// <see cref="CnnTrainerOptions.PretrainedModel"/>. Null to begin anew.
    /// </param>
    /// <exception cref="ArgumentException">The model is of another network, image shape or set of classes.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public CnnMulticlassPredictionTransformer Fit(
        IDataView trainData,
        IDataView? validationData,
        CnnMulticlassModelParameters? modelParameters = null
    ) => Train(trainData, validationData ?? options.ValidationSet, modelParameters, nameof(trainData));

    private CnnMulticlassPredictionTransformer Train(
        IDataView train,
        IDataView? validation,
        CnnMulticlassModelParameters? start,
        string parameter
    )
    {
        ArgumentNullException.ThrowIfNull(train, parameter);
        ExampleColumns columns = ExampleColumns.Find(train.Schema, options, parameter);
        ImageLayout image = InputShapeRule.Infer(columns.Feature.Name, columns.FeatureType, options.InputShape, options.PixelOrder);
        LabelValues? labels = LabelValues.Of(columns.Label);
        ImmutableArray<string> classNames = ClassWeights.NamesOf(labels?.Texts, columns.Classes);
        options.ClassWeights?.RequireKnown(classNames, columns.Label.Name);
        options.Augmentation.RequireFit(image.Shape);
        Network body = options.Network ?? PretrainedBody.NetworkOf(options.PretrainedModel!);
        Network network = body.WithOutput(columns.Classes, image.Shape);
        ParameterTable table = TrainedLayers.Of(network, image.Shape, options);
        StartingPoint beginning =
            start is not null ? WarmStart.From(start, network, image.Shape, labels, columns.Classes)
            : options.PretrainedModel is not null ? PretrainedBody.Of(options.PretrainedModel, network, image.Shape)
            : StartingPoint.Anew;

        using CheckpointFolder? workspace = options.WorkspacePath is null ? null : CheckpointFolder.Open(options.WorkspacePath);
        using IChannel channel = host.Start("Training");
        TrainingSettings settings = Settings(channel);
        ExampleSets sets = ExampleSets.Of(train, columns, validation, options, seed, settings.ThrowIfCanceled);
        settings.RequireWatched(sets.Validation is not null);
        ColorStatistics? colors = ColorStatistics.For(options.Augmentation, image.Shape, image.Order);
        PixelStatistics statistics = PixelStatistics.Measure(sets.Train, image.Shape, image.Order, settings.ThrowIfCanceled, colors);
        RequireTwoClasses(statistics, columns, labels);
        ModelDescription description = new(
            network,
            image.Shape,
            image.Order,
            options.Normalization ?? beginning.Normalization ?? statistics.Normalization,
            ModelOutput.Softmax,
            labels?.Texts ?? [],
            options.ConvolutionAlgorithm
        );
        settings = settings with { Augmentation = options.Augmentation.Learn(description.Normalization, colors) };
        TrainingMemory memory = TrainingMemory.Of(
            description,
            table,
            settings,
            sets.Train,
            statistics.Rows,
            validates: sets.Validation is not null
        );
        memory.Require(
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            options.IgnoreMemoryEstimate,
            message => channel.Warning(MessageSensitivity.None, message)
        );
        using ParameterStore initial = beginning.CreateStore(network, image.Shape, table, seed);
        channel.Info(
            MessageSensitivity.None,
            $"Training {table.LearnedCount:N0} parameters on {statistics.Rows:N0} images of {image.Shape} in {columns.Classes} classes. {memory}."
        );
        CnnModel model = TrainingLoop.Run(
            description,
            initial,
            options.ClassWeights is { } weights ? new ClassWeightedSource(sets.Train, weights.Resolve(classNames, statistics)) : sets.Train,
            statistics.Rows,
            sets.Validation,
            settings with
            {
                Checkpoints = workspace is null
                    ? null
                    : new CheckpointSettings(
                        workspace,
                        options.Resume,
                        options.CheckpointInterval,
                        [.. DataIdentity.Of(statistics, options), new("ClassWeights", IdentityText.Of(options.ClassWeights))]
                    ),
            }
        );
        return new CnnMulticlassPredictionTransformer(
            new CnnMulticlassModelParameters(model, labels),
            columns.Feature.Name,
            columns.FeatureType
        );
    }

    private TrainingSettings Settings(IChannel channel) =>
        new()
        {
            Epochs = options.Epoch,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            Optimizer = options.Optimizer,
            Clipping = options.GradientClipping,
            Schedule = options.LearningRateScheduler,
            Seed = seed,
            Threads = options.Threads ?? Environment.ProcessorCount,
            ShuffleBufferRows = options.ShuffleBufferSize,
            EarlyStopping = options.EarlyStoppingCriteria,
            OnCancellation = options.OnCancellation,
            Progressed = options.BatchProgress is null ? null : options.BatchProgress.Report,
            ProgressInterval = options.BatchProgressInterval,
            Log = message => channel.Info(MessageSensitivity.None, message),
            CancellationToken = options.CancellationToken,
            IsCanceled = host.IsCanceled,
            EpochCompleted = metrics =>
            {
                channel.Info(MessageSensitivity.None, EpochMessage.Of(metrics));
                options.MetricsCallback?.Invoke(metrics);
                options.Progress?.Report(metrics);
            },
        };

    private static void RequireTwoClasses(PixelStatistics statistics, ExampleColumns columns, LabelValues? labels)
    {
        if (statistics.ClassRows.Count == 1)
        {
            (int label, long rows) = statistics.ClassRows.First();
            throw new InvalidOperationException(
                $"All {rows} training rows have the same label in column '{columns.Label.Name}': {labels?.Texts[label] ?? $"key {label + 1}"}. There must be rows of at least two classes."
            );
        }
    }
}
