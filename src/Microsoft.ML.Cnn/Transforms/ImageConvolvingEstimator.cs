using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn;

/// <summary>The <see cref="IEstimator{TTransformer}"/> that convolves images with filters of given numbers: edges, blurring, sharpening.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this estimator, use `mlContext.Transforms.Convolve("Edges", "Pixels", ImageFilters.SobelHorizontal, ImageFilters.SobelVertical)` or
/// `Convolve(options)`.
///
/// ### Input and Output Columns
/// The input column must be a known-size vector of <xref:System.Single> or <xref:System.Byte>. Its dimensions tell the shape of an image: height, width and channels, or
/// channels, height and width; or height and width. The output column is a vector of <xref:System.Single> in the same order of dimensions, with a channel for each filter:
/// of images with several channels, those of the first channel come first, unless channels are summed up.
/// Slots are named after the filter, the row, the column and, where there are several and each is filtered by itself, the channel: `SobelHorizontal_y_x`, `SobelHorizontal_y_x_channel`.
///
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Required NuGet in addition to Microsoft.ML | This one |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class ImageConvolvingEstimator : IEstimator<ImageConvolvingTransformer>
{
    private readonly ImageConvolvingTransformer transformer;

    internal ImageConvolvingEstimator(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        transformer = new ImageConvolvingTransformer(Filtering.Of(options));
    }

    /// <summary>Options of an <see cref="ImageConvolvingEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column to be added. Required.</summary>
        public string OutputColumnName = null!;

        /// <summary>The column of images; by default <see cref="OutputColumnName"/>, which the result then hides.</summary>
        public string? InputColumnName;

        /// <summary>
        /// At least one filter. Those of different sizes are centred on each other, so the sizes must all be odd or all be even.
        /// </summary>
        public IReadOnlyList<ImageFilter> Filters = [];

        /// <summary>Whether channels are filtered each by itself, the default, or summed up.</summary>
        public ChannelCombination Channels;

        /// <summary>
        /// Whether the filters' results become one: the square root of the sum of their squares. Of a horizontal and a vertical derivative it is the magnitude of
        /// the gradient.
        /// </summary>
        public bool Magnitude;

        /// <summary>Pixels from one result to the next, 1 by default.</summary>
        public Size2D Stride = 1;

        /// <summary>Pixels around the image; by default as many as give ⌈n / stride⌉ results.</summary>
        public Padding Padding = Padding.Same;

        /// <summary>What the padding holds; by default the nearest pixel, so that the frame of an image makes no edges.</summary>
        public Border Border = Border.Replicate;

        /// <summary>The value of <see cref="Border.Constant"/>.</summary>
        public float BorderValue;

        /// <summary>The shape of an image; by default that of the column. Required where the column is a flat vector.</summary>
        public Shape? InputShape;

        /// <summary>
        /// How an image lies in the vector; by default as the column's dimensions say, and <see cref="PixelOrder.Interleaved"/> where those say nothing.
        /// </summary>
        public PixelOrder? PixelOrder;
    }

    /// <summary>The columns of an input, followed by that of the results.</summary>
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
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no column of images of that name, it does not tell their shape, or the filters do not fit them.
    /// </exception>
    public ImageConvolvingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
