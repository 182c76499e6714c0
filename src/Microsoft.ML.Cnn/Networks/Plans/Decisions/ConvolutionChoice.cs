using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Decisions;

/// <summary>Which way a convolution is computed, and whether its workers share it.</summary>
internal static class ConvolutionChoice
{
    /// <summary>With fewer channels on either side the transforms cost more than the products they save.</summary>
    private const int LeastWinogradChannels = 16;

    /// <summary>The share of the products of the definition that may be left: a tile that hangs far over the end of a small map computes outputs that there are not.</summary>
    private const double MostWinogradProducts = 0.75;

    /// <summary>With images in the lanes: products summed up at one point, and filters, below which the transforms cost more than they save.</summary>
    private const int LeastLaneDepth = 24;
    private const int LeastLaneFilters = 8;

    /// <summary>Likewise: the share of the products of the definition that may be left.</summary>
    private const double MostLaneProducts = 0.75;

    /// <summary>
    /// Likewise, in registers, of which narrower vectors have too few. With three taps transforms take what products save; so do filters that are computed
    /// twice, which count among the products that may be left.
    /// </summary>
    private const int LeastShallowLanes = 16;
    private const int LeastShallowTaps = 4;
    private const int MostShallowDepth = 32;
    private const double MostShallowProducts = 0.46;

    /// <summary>With pixels in the lanes: the share of the products of channels in the lanes, empty lanes included, that may be left.</summary>
    private const double MostPixelProducts = 0.75;

    /// <summary>
    /// Filters of more weights do not fit a core's cache beside a slice of images: every slice would fetch them anew, and gradient sums for each
    /// shard would cost too much memory.
    /// </summary>
    private const int MostSliceWeights = 64 * 1024;

    /// <summary>Products below which workers are done before they have met: some ten microseconds of work.</summary>
    private const long LeastSpreadProducts = 1 << 20;

    public static ConvolutionMethod Method(
        ConvolutionPrimitive convolution,
        Layout layout,
        ConvolutionAlgorithm algorithm,
        bool training,
        int lanes
    ) =>
        (layout, algorithm) switch
        {
            (Layout.Images, ConvolutionAlgorithm.Automatic) when LaneWinogradPays(convolution.Geometry) => ConvolutionMethod.LaneWinograd,
            (Layout.Images, ConvolutionAlgorithm.Automatic) when ShallowWinogradPays(convolution.Geometry, lanes) =>
                ConvolutionMethod.ShallowWinograd,
            (Layout.Images, _) => ConvolutionMethod.Lanes,
            _ when IsDepthwise(convolution) => ConvolutionMethod.Depthwise,
            (_, ConvolutionAlgorithm.Automatic) when WinogradPays(convolution) => HasManyWeights(convolution)
                ? ConvolutionMethod.SharedWinograd
                : ConvolutionMethod.Winograd,
            _ when !training && PixelsPay(convolution.Geometry, lanes) => ConvolutionMethod.Pixels,
            _ => ConvolutionMethod.Direct,
        };

    /// <summary>
    /// While training this must not depend on the number of threads, since the order of sums does on it. When predicting, a batch of fewer slices
    /// than threads would leave cores idle, unless there is little to do.
    /// </summary>
    public static bool IsSpread(ConvolutionPrimitive convolution, bool training, Slicing slicing, int threads) =>
        !IsDepthwise(convolution)
        && (HasManyWeights(convolution) || (!training && slicing.Slices < threads && convolution.Geometry.Products >= LeastSpreadProducts));

    // Filters that are not connected to all inputs have their gradient collected from a shard's sums.
    private static bool HasManyWeights(ConvolutionPrimitive convolution) =>
        convolution is { Connections: null, Geometry.WeightCount: > MostSliceWeights };

    // With more filters to a channel neighbouring lanes would read the same input.
    private static bool IsDepthwise(ConvolutionPrimitive convolution) =>
        convolution is { Connections: null, Geometry: { Groups: > 1, GroupInputs: 1, GroupOutputs: 1 } };

    private static bool LaneWinogradPays(ConvolutionGeometry geometry) =>
        HasRowPoints(geometry)
        && RowProducts(RowPoints.For(geometry.Columns.Output, geometry.Columns.Kernel), geometry.Columns) <= MostLaneProducts
        && geometry.Rows.Kernel * geometry.InputChannels >= LeastLaneDepth
        && geometry.OutputChannels >= LeastLaneFilters;

    private static bool ShallowWinogradPays(ConvolutionGeometry geometry, int lanes)
    {
        (int filters, int together) = (geometry.OutputChannels, PointSums<F32x16>.Filters);
        return HasRowPoints(geometry)
            && lanes >= LeastShallowLanes
            && filters >= together
            && geometry.Columns.Kernel >= LeastShallowTaps
            && geometry.Rows.Kernel * geometry.InputChannels <= MostShallowDepth
            && RowProducts(new RowPoints(RowPoints.Least, geometry.Columns.Kernel), geometry.Columns)
                * Split.AtMost(filters, together).Parts
                * together
                <= MostShallowProducts * filters;
    }

    private static bool HasRowPoints(ConvolutionGeometry geometry) =>
        geometry is { Groups: 1, Rows: { Stride: 1, Dilation: 1 }, Columns: { Stride: 1, Dilation: 1, Kernel: >= 3 and <= 5 } };

    // The share of the products of the definition. Tiles that hang over the end of a row compute outputs that there are not.
    private static double RowProducts(RowPoints points, Extent columns) =>
        (double)points.Products(columns.Output) / (columns.Output * columns.Kernel);

    // Where vectors of pixels are fuller than vectors of filters, by as much as transposing the result costs.
    private static bool PixelsPay(ConvolutionGeometry geometry, int lanes)
    {
        (int filters, int pixels) = (geometry.OutputChannels, geometry.Columns.Output);
        return geometry is { InputChannels: 1, Columns.Stride: 1 }
            && pixels >= lanes
            && filters * RoundUp(pixels) <= MostPixelProducts * pixels * RoundUp(filters);

        int RoundUp(int length) => (length + lanes - 1) / lanes * lanes;
    }

    private static bool WinogradPays(ConvolutionPrimitive convolution)
    {
        ConvolutionGeometry geometry = convolution.Geometry;
        return convolution.Connections == null
            && geometry is { Rows: { Kernel: 3 or 5, Stride: 1, Dilation: 1 }, Columns: { Stride: 1, Dilation: 1 } }
            && geometry.Rows.Kernel == geometry.Columns.Kernel
            && WinogradSize.For(geometry).Products(geometry)
                <= MostWinogradProducts * geometry.Rows.Output * geometry.Columns.Output * geometry.Taps
            && Math.Min(geometry.GroupInputs, geometry.GroupOutputs) >= LeastWinogradChannels;
    }
}
