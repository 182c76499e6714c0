using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The <see cref="IEstimator{TTransformer}"/> that trains a convolutional network to predict a number, or a vector of numbers, for an image.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use `mlContext.Regression.Trainers.Cnn(network)` or `Cnn(options)`.
///
/// ### Input and Output Columns
/// The label column must be <xref:System.Single>, or a known-size vector of <xref:System.Single>, of any scale; a row with a label that is NaN is left out.
/// The feature column must be a known-size vector of <xref:System.Single>, sparse or dense. Its dimensions tell the shape of an image: height, width and
/// channels, or channels, height and width. Pixels need no scaling: the trainer learns their mean and deviation and keeps them in the model.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `Score` | <xref:System.Single>, or a vector of it as the label is | The prediction, in the units of the label. |
///
/// ### Trainer Characteristics
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Regression |
/// | Is normalization required? | No |
/// | Is caching required? | No, but it helps where rows are slow to read: each epoch reads them all |
/// | Required NuGet in addition to Microsoft.ML | This one |
/// | Exportable to ONNX | No |
///
/// ### Training Algorithm Details
/// The network's layers are followed by a dense layer with one output for each number of the label. Labels are brought to mean 0 and deviation 1, learned in a first pass, for
/// training; afterwards both are folded into the output layer. Each number of a vector has a mean and a deviation of its own, so that all count alike whatever their units. Losses are
/// those of labels so scaled, root mean squared errors are in the label's units. All else is as with
/// <xref:Microsoft.ML.Cnn.CnnMulticlassTrainer>.
/// ]]></format>
/// </remarks>
public sealed class CnnRegressionTrainer : ITrainerEstimator<CnnRegressionPredictionTransformer, CnnRegressionModelParameters>
{
    private readonly NetworkTrainer trainer;

    internal CnnRegressionTrainer(IHostEnvironment environment, Options options) =>
        trainer = NetworkTrainer.Create(environment, nameof(CnnRegressionTrainer), options);

    /// <summary>Options of a <see cref="CnnRegressionTrainer"/>.</summary>
    public sealed class Options : CnnTrainerOptions
    {
        /// <summary>
        /// What is made small: a <see cref="SquaredLoss"/>, or a <see cref="HuberLoss"/> where some labels are far out. Labels are brought to mean 0 and deviation 1
        /// before, each number of a vector by itself, so that delta is in deviations of the label and all numbers count alike.
        /// </summary>
        public Loss Loss = new SquaredLoss();

        internal override LabelRule LabelRule => LabelRule.Numbers;
    }

    /// <summary>What the trainer asks of ML.NET: no normalization, and caching where rows are slow to read.</summary>
    public TrainerInfo Info { get; } = TrainerInfoFactory.Create();

    /// <summary>The columns of an input, followed by those that a trained model adds.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of a type that cannot be trained on.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return RegressionOutput.Promise(inputSchema, ExampleColumns.CheckPromised(inputSchema, trainer.Options, nameof(inputSchema)));
    }

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training images with their labels.</param>
    /// <inheritdoc cref="CnnMulticlassTrainer.Fit(IDataView)" path="/exception"/>
    public CnnRegressionPredictionTransformer Fit(IDataView input) => Train(input, trainer.Options.ValidationSet, null, nameof(input));

    /// <summary>Trains a network, and measures it after each epoch.</summary>
    /// <param name="trainData">The training images with their labels.</param>
    /// <param name="validationData">Images to measure loss and error with; null for what the options say.</param>
    /// <param name="modelParameters">
    /// A trained model to go on from, with its normalization unless the options give one. It comes before a <see cref="CnnTrainerOptions.PretrainedModel"/>.
    /// Null to begin anew.
    /// </param>
    /// <exception cref="ArgumentException">The model is of another network or image shape.</exception>
    /// <inheritdoc cref="CnnMulticlassTrainer.Fit(IDataView)" path="/exception"/>
    public CnnRegressionPredictionTransformer Fit(
        IDataView trainData,
        IDataView? validationData,
        CnnRegressionModelParameters? modelParameters = null
    ) => Train(trainData, validationData ?? trainer.Options.ValidationSet, modelParameters, nameof(trainData));

    private CnnRegressionPredictionTransformer Train(
        IDataView train,
        IDataView? validation,
        CnnRegressionModelParameters? start,
        string parameter
    )
    {
        ArgumentNullException.ThrowIfNull(train, parameter);
        ExampleColumns columns = ExampleColumns.Find(train.Schema, trainer.Options, parameter);
        RegressionTask task = new(columns, ((Options)trainer.Options).Loss)
        {
            GoOn = start is null ? null : (network, shape) => WarmStart.From(start.Model, network, shape),
        };
        return new CnnRegressionPredictionTransformer(
            new CnnRegressionModelParameters(trainer.Train(train, columns, validation, task)),
            new TrainedColumns(columns.Feature.Name, columns.FeatureType, null, columns.Label.Type is VectorDataViewType)
        );
    }
}
