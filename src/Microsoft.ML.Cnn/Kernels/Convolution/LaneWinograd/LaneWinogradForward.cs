using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// y = x * w + bias by <see cref="RowPoints"/>, with images in the lanes: for one tile of two rows after the other, the products of all
/// filters at all points, which stay in the first cache level, and from them the outputs.
/// </summary>
internal sealed unsafe class LaneWinogradForward<V>
    where V : struct, IVector<V>
{
    private readonly LaneWinograd<V> sizes;
    private readonly StretchList whole = new([default]);
    private readonly Split tiles;

    public LaneWinogradForward(LaneWinograd<V> sizes)
    {
        this.sizes = sizes;
        tiles = Split.AtMost(sizes.Geometry.OutputChannels, V.TileRows);
    }

    /// <summary>Floats of scratch: the products of a tile.</summary>
    public long ScratchLength => sizes.Points.Count * ProductPitch;

    /// <summary>Floats from a point's products to the next.</summary>
    private nint ProductPitch => (nint)(2 * sizes.Geometry.OutputChannels + 1) * V.Count;

    /// <summary>All images of one group of lanes.</summary>
    /// <param name="inputs">x at the points.</param>
    /// <param name="filters">At the points.</param>
    /// <param name="laneBias">A vector an output channel.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public void Run(float* inputs, Planes y, int laneGroup, float* filters, float* laneBias, bool rectify, float* scratch)
    {
        LanePairs pairs = new(y.Height);
        Contraction sum = new()
        {
            Stretches = whole.Address,
            StretchCount = 1,
            Depth = sizes.Depth,
            ARow = 1,
            ADepth = sizes.Geometry.OutputChannels,
            BDepth = sizes.Input.ChannelPitch,
            BColumn = pairs.Step * sizes.Input.RowPitch,
            CRow = 2 * V.Count,
            CColumn = V.Count,
        };
        V floor = V.Broadcast(rectify ? 0 : float.NegativeInfinity);
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int row = (int)pairs.First(pair);
            for (int tile = 0; tile < sizes.Tiles; tile++)
            {
                Multiply(sum, filters, inputs + sizes.Input.At(row, 0, tile), scratch);
                for (int second = 0; second < 2; second++)
                {
                    float* target = y.Pixel(
                        laneGroup * sizes.Geometry.OutputChannels,
                        row + second * (int)pairs.Step,
                        tile * sizes.Points.Outputs
                    );
                    int count = Math.Min(sizes.Points.Outputs, y.Width - tile * sizes.Points.Outputs);
                    Outputs(scratch + second * V.Count, laneBias, floor, target, y.PlanePitch, count);
                }
            }
        }
    }

    /// <summary>x at the points.</summary>
    /// <param name="x">With a halo of zeros as far as windows reach.</param>
    /// <param name="laneGroup">Which images.</param>
    /// <param name="points">Receives them.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformInput(Planes x, int laneGroup, float* points)
    {
        ConvolutionGeometry geometry = sizes.Geometry;
        PointPlanes<V> input = sizes.Input;
        RowPoints rowPoints = sizes.Points;
        float* room = stackalloc float[LaneTiles.Room<V>()];
        float* edge = AlignedBuffer.Align(room);
        for (int row = 0; row < input.Rows; row++)
        {
            for (int channel = 0; channel < input.Channels; channel++)
            {
                float* pixels = x.Pixel(laneGroup * geometry.InputChannels + channel, row - geometry.Rows.Before, -geometry.Columns.Before);
                for (int tile = 0; tile < input.Tiles; tile++)
                {
                    int first = tile * sizes.Points.Outputs;
                    float* source = LaneTiles.Whole<V>(pixels + (nint)first * V.Count, sizes.RowPixels - first, sizes.Points.Count, edge);
                    rowPoints.Input<V>(source, points + input.At(row, channel, tile), input.PointPitch);
                }
            }
        }
    }

    private void Multiply(in Contraction sum, float* filters, float* inputs, float* products)
    {
        for (int point = 0; point < sizes.Points.Count; point++)
        {
            for (int tile = 0; tile < tiles.Parts; tile++)
            {
                int filter = tiles.Start(tile);
                MicroKernel<V>.Multiply(
                    sum,
                    tiles.Size(tile),
                    filters + (nint)point * sizes.PointFilters + filter,
                    inputs + point * sizes.Input.PointPitch,
                    products + point * ProductPitch + 2 * filter * V.Count
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Outputs(float* products, float* laneBias, V floor, float* target, nint planePitch, int count)
    {
        RowPoints rowPoints = sizes.Points;
        nint pitch = ProductPitch;
        for (int filter = 0; filter < sizes.Geometry.OutputChannels; filter++)
        {
            rowPoints.Output(products, pitch, V.Load(laneBias), floor, target, count);
            products += 2 * V.Count;
            laneBias += V.Count;
            target += planePitch;
        }
    }
}
