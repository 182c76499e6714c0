using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Trainers;
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
    private readonly NetworkTrainer trainer;

    internal CnnMulticlassTrainer(IHostEnvironment environment, Options options) =>
        trainer = NetworkTrainer.Create(environment, nameof(CnnMulticlassTrainer), options);

    /// <summary>Options of a <see cref="CnnMulticlassTrainer"/>.</summary>
    public sealed class Options : CnnClassificationTrainerOptions
    {
        internal override LabelRule LabelRule => LabelRule.Keys;
    }

    /// <summary>What the trainer asks of ML.NET: no normalization, and caching where rows are slow to read.</summary>
    public TrainerInfo Info { get; } = TrainerInfoFactory.Create();

    /// <summary>The columns of an input, followed by those that a trained model adds.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of a type that cannot be trained on.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return MulticlassOutput.Promise(inputSchema, ExampleColumns.CheckPromised(inputSchema, trainer.Options, nameof(inputSchema)));
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
    public CnnMulticlassPredictionTransformer Fit(IDataView input) => Train(input, trainer.Options.ValidationSet, null, nameof(input));

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
    ) => Train(trainData, validationData ?? trainer.Options.ValidationSet, modelParameters, nameof(trainData));

    private CnnMulticlassPredictionTransformer Train(
        IDataView train,
        IDataView? validation,
        CnnMulticlassModelParameters? start,
        string parameter
    )
    {
        ArgumentNullException.ThrowIfNull(train, parameter);
        ExampleColumns columns = ExampleColumns.Find(train.Schema, trainer.Options, parameter);
        LabelValues? labels = LabelValues.Of(columns.Label);
        ClassificationTask task = ClassificationTask.Multiclass(
            columns,
            labels?.Texts,
            (Options)trainer.Options,
            start is null ? null : (network, shape) => WarmStart.From(start, network, shape, labels, columns.Classes)
        );
        return new CnnMulticlassPredictionTransformer(
            new CnnMulticlassModelParameters(trainer.Train(train, columns, validation, task), labels),
            columns.Feature.Name,
            columns.FeatureType
        );
    }
}
