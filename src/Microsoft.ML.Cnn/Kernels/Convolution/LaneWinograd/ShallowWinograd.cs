using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// A convolution by eight <see cref="RowPoints"/> with images in the lanes whose sums are short, a few rows of one or a few input channels: to store
/// products at the points and to load them again would cost more than to compute them, so they stay in registers
/// (<see cref="PointSums{V}"/>).
/// </summary>
internal sealed unsafe class ShallowWinograd<V>
    where V : struct, IVector<V>
{
    /// <summary>Points, and pixels that a tile sees.</summary>
    public const int Points = RowPoints.Least;

    /// <summary>G[tap][point].</summary>
    private readonly float[][] taps;

    /// <param name="geometry">The convolution, of at least as many filters as are summed up together.</param>
    public ShallowWinograd(ConvolutionGeometry geometry)
    {
        Debug.Assert(geometry.OutputChannels >= PointSums<V>.Filters);
        Geometry = geometry;
        Along = new RowPoints(Points, geometry.Columns.Kernel);
        taps =
        [
            .. Enumerable
                .Range(0, geometry.Columns.Kernel)
                .Select(tap => (float[])[.. Enumerable.Range(0, Points).Select(point => Along.Filter(point, tap))]),
        ];
    }

    public ConvolutionGeometry Geometry { get; }

    public RowPoints Along { get; }

    /// <summary>Tiles of a row.</summary>
    public int Tiles => Along.Tiles(Geometry.Columns.Output);

    /// <summary>Products of one output at one point: kernel rows, and input channels of each.</summary>
    public int Depth => Geometry.Rows.Kernel * Geometry.InputChannels;

    /// <summary>Floats of a row of one input channel at the points, <c>[tile, point, image]</c>; of all rows of a window, channel by channel.</summary>
    public nint ChannelPitch => (nint)Tiles * Points * V.Count;

    public nint RowPitch => Geometry.InputChannels * ChannelPitch;

    /// <summary>Floats of all rows that windows see, at the points.</summary>
    public long InputLength => (Geometry.Rows.Output - 1 + Geometry.Rows.Kernel) * RowPitch;

    /// <summary>Groups of filters that are summed up together. The last one begins early enough to end with the filters: what it shares with the one before comes to the same bits.</summary>
    public int FilterGroups => (Geometry.OutputChannels + PointSums<V>.Filters - 1) / PointSums<V>.Filters;

    /// <summary>Floats of a group of filters at all points.</summary>
    public int GroupLength => PointSums<V>.Filters * Depth * Points;

    /// <summary>Floats of the filters' gradients at all points.</summary>
    public int GradientLength => Geometry.OutputChannels * Depth * Points;

    public int FirstFilter(int group) => Math.Min(group * PointSums<V>.Filters, Geometry.OutputChannels - PointSums<V>.Filters);

    /// <summary>
    /// Filters at the points, <c>[group of filters, kernel row, input channel, point, filter of the group]</c>, from
    /// <c>[kernel row, kernel column, input channel, filter]</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformFilters(float* weights, float* filters)
    {
        for (int group = 0; group < FilterGroups; group++)
        {
            for (int sum = 0; sum < Depth; sum++)
            {
                for (int point = 0; point < Points; point++)
                {
                    for (int i = 0; i < PointSums<V>.Filters; i++)
                    {
                        float total = 0;
                        for (int tap = 0; tap < taps.Length; tap++)
                        {
                            total += taps[tap][point] * weights[At(sum, tap) + FirstFilter(group) + i];
                        }

                        *filters++ = total;
                    }
                }
            }
        }
    }

    /// <summary>The adjoint: gradients at the points, <c>[filter, kernel row, input channel, point]</c>, become those of the filters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddUpPoints(float* gradients, float* dw)
    {
        for (int filter = 0; filter < Geometry.OutputChannels; filter++)
        {
            for (int sum = 0; sum < Depth; sum++, gradients += Points)
            {
                for (int tap = 0; tap < taps.Length; tap++)
                {
                    float total = 0;
                    for (int point = 0; point < Points; point++)
                    {
                        total += taps[tap][point] * gradients[point];
                    }

                    dw[At(sum, tap) + filter] = total;
                }
            }
        }
    }

    /// <summary>One row of x, brought to the points.</summary>
    /// <param name="x">With a halo of zeros as far as windows reach.</param>
    /// <param name="row">The first is as far above the image as windows reach.</param>
    /// <param name="points">Of all rows.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformRow(Planes x, int laneGroup, int row, float* points)
    {
        float* room = stackalloc float[LaneTiles.Room<V>()];
        float* edge = AlignedBuffer.Align(room);
        float* target = points + row * RowPitch;
        Extent columns = Geometry.Columns;
        int rowPixels = columns.Output - 1 + columns.Kernel;
        for (int channel = 0; channel < Geometry.InputChannels; channel++)
        {
            float* pixels = x.Pixel(laneGroup * Geometry.InputChannels + channel, row - Geometry.Rows.Before, -columns.Before);
            for (int first = 0; first < columns.Output; first += Along.Outputs)
            {
                float* source = LaneTiles.Whole<V>(pixels + (nint)first * V.Count, rowPixels - first, Points, edge);
                Along.Input<V>(source, target, V.Count);
                target += Points * V.Count;
            }
        }
    }

    /// <summary>Where the first filter's weight lies, of a kernel row and an input channel, counted together, and a tap.</summary>
    private nint At(int sum, int tap)
    {
        (int row, int channel) = Math.DivRem(sum, Geometry.InputChannels);
        return (((nint)row * taps.Length + tap) * Geometry.InputChannels + channel) * Geometry.OutputChannels;
    }
}
