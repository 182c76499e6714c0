using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn;

/// <summary>
/// The <see cref="IEstimator{TTransformer}"/> that makes features of images: the activations of a layer of a trained network. Any trainer of ML.NET can be put on
/// top of them.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use `mlContext.Transforms.ExtractCnnFeatures`.
///
/// ### Input and Output Columns
/// The input column must be a known-size vector of <xref:System.Single> or <xref:System.Byte> with as many pixels as the network's image, in the order that the
/// network was trained on. The output column is a vector of <xref:System.Single>. Of a dense layer `dense1` it has the dimensions `[features]` and the slot names `dense1_0`, `dense1_1`
/// and so on; of a layer of feature maps `conv2` the dimensions `[height, width, channels]` and the slot names `conv2_y_x_channel`.
///
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Required NuGet in addition to Microsoft.ML | This one |
/// | Exportable to ONNX | No |
///
/// The activations are the layer's own, before any ReLU that follows it: to have them rectified, name the ReLU. Layers behind it are neither run nor saved.
/// ]]></format>
/// </remarks>
public sealed class CnnFeatureExtractingEstimator : IEstimator<CnnFeatureExtractingTransformer>
{
    private readonly CnnFeatureExtractingTransformer transformer;

    internal CnnFeatureExtractingEstimator(string output, string input, CnnModel model, string layer)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentNullException.ThrowIfNull(model);
        transformer = new CnnFeatureExtractingTransformer(output, input, model.UpTo(layer), layer);
    }

    /// <summary>The columns of an input, followed by that of the features.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of images of that name.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = FeatureColumn.Find(inputSchema, transformer.InputColumnName, nameof(inputSchema), acceptsBytes: true);
        return ImageColumnOutput.Promise(inputSchema, transformer.OutputColumnName);
    }

    /// <summary>The transformer; nothing is learned.</summary>
    /// <param name="input">The images, whose column is checked.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of images of that name, or it has other pixels than the network's images.</exception>
    public CnnFeatureExtractingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
