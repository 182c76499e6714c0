using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dx and dw of a convolution by <see cref="RowPoints"/>, with images in the lanes: the adjoint of <see cref="LaneWinogradForward{V}"/>, step
/// by step backwards. Both begin with dy at the points.
/// </summary>
internal sealed unsafe class LaneWinogradGradients<V>
    where V : struct, IVector<V>
{
    private readonly LaneWinograd<V> sizes;
    private readonly StretchList outputRows;
    private readonly StretchList kernelRows;
    private readonly Split channelTiles;
    private readonly Split depthTiles;

    public LaneWinogradGradients(LaneWinograd<V> sizes)
    {
        this.sizes = sizes;
        ConvolutionGeometry geometry = sizes.Geometry;
        channelTiles = Split.AtMost(geometry.InputChannels, V.TileRows);
        depthTiles = Split.AtMost(sizes.Depth, V.TileRows);
        outputRows = new StretchList([
            .. from row in Enumerable.Range(0, geometry.Rows.Output)
            select new Stretch(row * sizes.Input.RowPitch, row * sizes.Gradient.RowPitch),
        ]);
        kernelRows = new StretchList([
            .. from row in Enumerable.Range(0, geometry.Rows.Kernel)
            select new Stretch((nint)row * geometry.InputChannels * geometry.OutputChannels, -row * sizes.Gradient.RowPitch),
        ]);
    }

    /// <summary>Floats of scratch of either gradient.</summary>
    public long ScratchLength => Math.Max(sizes.Points.Count * RowPairPitch, (long)V.TileRows * SumFilters * V.Count);

    /// <summary>Floats from a point's gradients of two rows of the input to the next.</summary>
    private nint RowPairPitch => 2 * sizes.Input.RowPitch + V.Count;

    private int SumFilters => (sizes.Geometry.OutputChannels + 1) / 2 * 2;

    /// <summary>dy at the points, zeros around it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformGradient(Planes dy, int laneGroup, float* points)
    {
        PointPlanes<V> gradient = sizes.Gradient;
        RowPoints rowPoints = sizes.Points;
        int outputs = rowPoints.Outputs;
        float* edgeRoom = stackalloc float[LaneTiles.Room<V>()];
        float* edge = AlignedBuffer.Align(edgeRoom);
        for (int point = 0; point < sizes.Points.Count; point++)
        {
            float* first = points + point * gradient.PointPitch;
            new Span<float>(first, (int)gradient.RowPitch).Clear();
            new Span<float>(first + gradient.At(dy.Height, 0, 0), (int)gradient.RowPitch).Clear();
        }

        for (int row = 0; row < dy.Height; row++)
        {
            for (int filter = 0; filter < gradient.Channels; filter++)
            {
                float* pixels = dy.Row(laneGroup * gradient.Channels + filter, row);
                for (int tile = 0; tile < gradient.Tiles; tile++)
                {
                    int first = tile * outputs;
                    float* source = LaneTiles.Whole<V>(pixels + (nint)first * V.Count, dy.Width - first, outputs, edge);
                    rowPoints.OutputAdjoint<V>(source, points + gradient.At(row, filter, tile), gradient.PointPitch);
                }
            }
        }
    }

    /// <summary>Adds to the gradients of the filters at the points, <see cref="LaneWinograd{V}.FiltersLength"/> floats.</summary>
    /// <param name="inputs">x at the points.</param>
    /// <param name="gradients">dy at the points.</param>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    public void RunWeights(float* inputs, float* gradients, float* sums, bool accumulate, float* scratch)
    {
        int filters = sizes.Geometry.OutputChannels;
        Contraction sum = new()
        {
            Stretches = outputRows.Address,
            StretchCount = outputRows.Count,
            Depth = sizes.Tiles,
            ARow = sizes.Input.ChannelPitch,
            ADepth = V.Count,
            BDepth = V.Count,
            CRow = (nint)SumFilters * V.Count,
            CColumn = V.Count,
        };
        for (int point = 0; point < sizes.Points.Count; point++)
        {
            float* right = gradients + point * sizes.Gradient.PointPitch + sizes.Gradient.At(0, 0, 0);
            for (int tile = 0; tile < depthTiles.Parts; tile++)
            {
                int first = depthTiles.Start(tile);
                int rows = depthTiles.Size(tile);
                float* left = inputs + point * sizes.Input.PointPitch + first * sizes.Input.ChannelPitch;
                for (int filter = 0; filter < filters; filter += 2)
                {
                    // The last of an odd number is computed twice, side by side.
                    sum.BColumn = filter + 1 < filters ? sizes.Gradient.ChannelPitch : 0;
                    float* c = scratch + (nint)filter * V.Count;
                    MicroKernel<V>.MultiplyLanes(sum, rows, left, right + filter * sizes.Gradient.ChannelPitch, c);
                }

                float* target = sums + (nint)point * sizes.PointFilters + (nint)first * filters;
                for (int row = 0; row < rows; row++)
                {
                    LaneSums.To<V>(scratch + row * sum.CRow, filters, target + (nint)row * filters, accumulate);
                }
            }
        }
    }

    /// <summary>All of dx of one group of lanes.</summary>
    /// <param name="filters">At the points.</param>
    /// <param name="gradients">dy at the points.</param>
    public void RunData(float* filters, float* gradients, Planes dx, int laneGroup, float* scratch)
    {
        Extent rows = sizes.Geometry.Rows;
        LanePairs pairs = new(dx.Height);
        int second = (int)pairs.Step;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int row = (int)pairs.First(pair);
            int output = row + rows.Before;

            // The kernel rows by which either of the two meets an output.
            int first = Math.Max(0, output - (rows.Output - 1));
            int end = Math.Min(rows.Kernel, output + second + 1);
            if (first >= end)
            {
                new Span<float>(scratch, (int)(sizes.Points.Count * RowPairPitch)).Clear();
            }
            else
            {
                Contraction sum = new()
                {
                    Stretches = kernelRows.Address + first,
                    StretchCount = end - first,
                    Depth = sizes.Geometry.OutputChannels,
                    ARow = sizes.Geometry.OutputChannels,
                    ADepth = 1,
                    BDepth = sizes.Gradient.ChannelPitch,
                    BColumn = second * sizes.Gradient.RowPitch,
                    CRow = sizes.Input.ChannelPitch,
                    CColumn = sizes.Input.RowPitch,
                };
                Multiply(sum, filters, gradients + sizes.Gradient.At(output, 0, 0), scratch);
            }

            for (int i = 0; i <= second; i++)
            {
                Pixels(scratch + i * sizes.Input.RowPitch, dx, laneGroup, row + i);
            }
        }
    }

    private void Multiply(in Contraction sum, float* filters, float* gradients, float* products)
    {
        for (int point = 0; point < sizes.Points.Count; point++)
        {
            for (int channels = 0; channels < channelTiles.Parts; channels++)
            {
                int channel = channelTiles.Start(channels);
                float* left = filters + (nint)point * sizes.PointFilters + (nint)channel * sizes.Geometry.OutputChannels;
                float* right = gradients + point * sizes.Gradient.PointPitch;
                float* c = products + point * RowPairPitch + channel * sizes.Input.ChannelPitch;
                for (int tile = 0; tile < sizes.Tiles; tile++)
                {
                    MicroKernel<V>.Multiply(sum, channelTiles.Size(channels), left, right + tile * V.Count, c + tile * V.Count);
                }
            }
        }
    }

    /// <summary>A row of dx: tiles are a number of outputs apart and overlap by what they are longer.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pixels(float* points, Planes dx, int laneGroup, int row)
    {
        RowPoints rowPoints = sizes.Points;
        int outputs = rowPoints.Outputs;
        nint pitch = RowPairPitch;
        float* tilePixelsRoom = stackalloc float[LaneTiles.Room<V>()];
        float* tilePixels = AlignedBuffer.Align(tilePixelsRoom);
        float* overlapRoom = stackalloc float[LaneTiles.Room<V>()];
        float* overlap = AlignedBuffer.Align(overlapRoom);
        for (int channel = 0; channel < sizes.Geometry.InputChannels; channel++)
        {
            float* source = points + channel * sizes.Input.ChannelPitch;
            float* target = dx.Row(laneGroup * sizes.Geometry.InputChannels + channel, row);
            int column = -sizes.Geometry.Columns.Before;
            new Span<float>(overlap, sizes.Points.Count * V.Count).Clear();
            for (int tile = 0; tile < sizes.Tiles; tile++, column += outputs)
            {
                rowPoints.InputAdjoint<V>(source + tile * V.Count, pitch, tilePixels);
                for (int i = 0; i < sizes.Points.Count; i++)
                {
                    V sum = V.Load(tilePixels + i * V.Count) + V.Load(overlap + i * V.Count);
                    if (i >= outputs)
                    {
                        sum.Store(overlap + (i - outputs) * V.Count);
                    }
                    else if (column + i >= 0 && column + i < dx.Width)
                    {
                        sum.Store(target + (nint)(column + i) * V.Count);
                    }
                }
            }

            for (int i = 0; i < sizes.Points.Count - outputs && column + i < dx.Width; i++)
            {
                V.Load(overlap + i * V.Count).Store(target + (nint)(column + i) * V.Count);
            }
        }
    }
}
