using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dw by <see cref="ShallowWinograd{V}"/>: dy is brought to the points in registers, where it meets a few rows of x. A few rows of dy at a time, so that
/// what they meet stays in the first cache level from one filter to the next.
/// </summary>
internal sealed unsafe class ShallowWeightGradient<V>(ShallowWinograd<V> sizes)
    where V : struct, IVector<V>
{
    private const int Points = ShallowWinograd<V>.Points;

    /// <summary>Rows of dy at a time.</summary>
    private const int BandRows = 4;

    /// <summary>Rows of x whose sums at all points fit the registers, with some left to read with.</summary>
    private const int TileRows = 3;

    /// <summary>Floats of scratch: x at the points, and the sums of each lane.</summary>
    public long ScratchLength => sizes.InputLength + SumsLength;

    private int SumsLength => sizes.GradientLength * V.Count;

    /// <summary>All images of one group of lanes: adds to the gradients of the filters at the points, <c>[filter, kernel row, input channel, point]</c>.</summary>
    /// <param name="x">With a halo of zeros as far as windows reach.</param>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    public void Run(Planes x, Planes dy, int laneGroup, float* sums, bool accumulate, float* scratch)
    {
        int kernel = sizes.Geometry.Rows.Kernel;
        float* laneSums = scratch;
        float* inputs = scratch + SumsLength;
        new Span<float>(laneSums, SumsLength).Clear();
        for (int row = 0, ready = 0; row < dy.Height; row += BandRows)
        {
            Planes band = dy with { Address = (nint)dy.Row(0, row), Height = Math.Min(BandRows, dy.Height - row) };
            for (; ready < row + band.Height - 1 + kernel; ready++)
            {
                sizes.TransformRow(x, laneGroup, ready, inputs);
            }

            RunBand(inputs + row * sizes.RowPitch, band, laneGroup, laneSums);
        }

        LaneSums.To<V>(laneSums, sizes.GradientLength, sums, accumulate);
    }

    [SkipLocalsInit]
    private void RunBand(float* inputs, in Planes dy, int laneGroup, float* laneSums)
    {
        float* room = stackalloc float[LaneTiles.Room<V>()];
        float* edge = AlignedBuffer.Align(room);
        int filters = sizes.Geometry.OutputChannels;
        for (int filter = 0; filter < filters; filter++)
        {
            int plane = laneGroup * filters + filter;
            for (int first = 0; first < sizes.Depth; first += TileRows)
            {
                float* points = inputs + first * sizes.ChannelPitch;
                float* target = laneSums + ((nint)filter * sizes.Depth + first) * Points * V.Count;
                switch (Math.Min(TileRows, sizes.Depth - first))
                {
                    case 1:
                        Add<NarrowTileRow<V>>(points, dy, plane, target, edge);
                        break;
                    case 2:
                        Add<TileStack<V, NarrowTileRow<V>, NarrowTileRow<V>>>(points, dy, plane, target, edge);
                        break;
                    default:
                        Add<TileStack<V, TileStack<V, NarrowTileRow<V>, NarrowTileRow<V>>, NarrowTileRow<V>>>(
                            points,
                            dy,
                            plane,
                            target,
                            edge
                        );
                        break;
                }
            }
        }
    }

    /// <summary>One filter's gradient, of as many of the rows it sees as a tile has.</summary>
    /// <param name="edge">Room for a tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Add<TTile>(float* points, in Planes dy, int plane, float* laneSums, float* edge)
        where TTile : struct, ITile<V>
    {
        int outputs = sizes.Along.Outputs;
        int width = dy.Width;
        nint channelPitch = sizes.ChannelPitch;
        nint rowPitch = sizes.RowPitch;
        PointGradients<V, TTile> sums = default;
        float* gradients = dy.Row(plane, 0);
        for (int row = dy.Height; row > 0; row--)
        {
            float* x = points;
            float* gradient = gradients;
            for (int left = width; left > 0; left -= outputs)
            {
                sums.Add(x, channelPitch, LaneTiles.Whole<V>(gradient, left, outputs, edge), outputs);
                x += Points * V.Count;
                gradient += outputs * V.Count;
            }

            points += rowPitch;
            gradients += dy.RowPitch;
        }

        sums.AddTo(laneSums, Points * V.Count);
    }
}
