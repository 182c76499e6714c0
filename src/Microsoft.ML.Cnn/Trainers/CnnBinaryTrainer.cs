using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The <see cref="IEstimator{TTransformer}"/> that trains a convolutional network to tell two kinds of images apart.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.BinaryClassification.Trainers.Cnn(network)` or `Cnn(options)`.
///
/// ### Input and Output Columns
/// The label column must be <xref:System.Boolean>.
/// The feature column must be a known-size vector of <xref:System.Single>, sparse or dense. Its dimensions tell the shape of an image: height, width and
/// channels, or channels, height and width. Pixels need no scaling: the trainer learns their mean and deviation and keeps them in the model.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `PredictedLabel` | <xref:System.Boolean> | Whether the score is above 0. |
/// | `Score` | <xref:System.Single> | The logarithm of the odds of true. |
/// | `Probability` | <xref:System.Single> | The probability of true. |
///
/// ### Trainer Characteristics
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Binary classification |
/// | Is normalization required? | No |
/// | Is caching required? | No, but it helps where rows are slow to read: each epoch reads them all |
/// | Required NuGet in addition to Microsoft.ML | This one |
/// | Exportable to ONNX | No |
///
/// ### Training Algorithm Details
/// The network's layers are followed by a dense layer with one output and a sigmoid, whose cross-entropy is minimized; all else is as with
/// <xref:Microsoft.ML.Cnn.CnnMulticlassTrainer>.
/// ]]></format>
/// </remarks>
public sealed class CnnBinaryTrainer : ITrainerEstimator<CnnBinaryPredictionTransformer, CnnBinaryModelParameters>
{
    private readonly NetworkTrainer trainer;

    internal CnnBinaryTrainer(IHostEnvironment environment, Options options) =>
        trainer = NetworkTrainer.Create(environment, nameof(CnnBinaryTrainer), options);

    /// <summary>Options of a <see cref="CnnBinaryTrainer"/>. Class weights are those of <c>true</c> and <c>false</c>.</summary>
    public sealed class Options : CnnClassificationTrainerOptions
    {
        internal override LabelRule LabelRule => LabelRule.Booleans;
    }

    /// <summary>What the trainer asks of ML.NET: no normalization, and caching where rows are slow to read.</summary>
    public TrainerInfo Info { get; } = TrainerInfoFactory.Create();

    /// <summary>The columns of an input, followed by those that a trained model adds.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of a type that cannot be trained on.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = ExampleColumns.CheckPromised(inputSchema, trainer.Options, nameof(inputSchema));
        return BinaryOutput.Promise(inputSchema);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training images with their labels.</param>
    /// <inheritdoc cref="CnnMulticlassTrainer.Fit(IDataView)" path="/exception"/>
    public CnnBinaryPredictionTransformer Fit(IDataView input) => Train(input, trainer.Options.ValidationSet, null, nameof(input));

    /// <summary>Trains a network, and measures it after each epoch.</summary>
    /// <param name="trainData">The training images with their labels.</param>
    /// <param name="validationData">Images to measure loss and accuracy with; null for what the options say.</param>
    /// <param name="modelParameters">
    /// A trained model to go on from, with its normalization unless the options give one. It comes before a <see cref="CnnTrainerOptions.PretrainedModel"/>.
    /// Null to begin anew.
    /// </param>
    /// <exception cref="ArgumentException">The model is of another network or image shape.</exception>
    /// <inheritdoc cref="CnnMulticlassTrainer.Fit(IDataView)" path="/exception"/>
    public CnnBinaryPredictionTransformer Fit(
        IDataView trainData,
        IDataView? validationData,
        CnnBinaryModelParameters? modelParameters = null
    ) => Train(trainData, validationData ?? trainer.Options.ValidationSet, modelParameters, nameof(trainData));

    private CnnBinaryPredictionTransformer Train(IDataView train, IDataView? validation, CnnBinaryModelParameters? start, string parameter)
    {
        ArgumentNullException.ThrowIfNull(train, parameter);
        ExampleColumns columns = ExampleColumns.Find(train.Schema, trainer.Options, parameter);
        ClassificationTask task = ClassificationTask.Binary(
            columns,
            (Options)trainer.Options,
            start is null ? null : (network, shape) => WarmStart.From(start.Model, network, shape)
        );
        return new CnnBinaryPredictionTransformer(
            new CnnBinaryModelParameters(trainer.Train(train, columns, validation, task)),
            columns.Feature.Name,
            columns.FeatureType
        );
    }
}
