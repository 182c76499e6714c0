using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dw, the gradient of a convolution with respect to its filters, with images in the lanes. A tile is the taps of one filter row by two
/// filters; the rows of dy are the stretches. The sums stay one number a lane, <c>[tap, input channel, filter, lane]</c>, until all
/// images of a shard have passed; then the lanes are added up.
/// </summary>
internal sealed unsafe class LaneWeightGradient<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly StretchList stretches;
    private readonly Split tiles;

    /// <param name="geometry">The convolution.</param>
    /// <param name="x">Planes like those it will read: their pitches count.</param>
    /// <param name="dy">Likewise.</param>
    public LaneWeightGradient(ConvolutionGeometry geometry, Planes x, Planes dy)
    {
        this.geometry = geometry;
        tiles = Split.AtMost(geometry.Columns.Kernel, V.TileRows);
        stretches = new StretchList([
            .. from row in Enumerable.Range(0, geometry.Rows.Output)
            select new Stretch(row * geometry.Rows.Stride * x.RowPitch, row * dy.RowPitch),
        ]);
    }

    /// <summary>Floats of the sums by lane.</summary>
    public long SumsLength => (long)geometry.Taps * geometry.GroupInputs * SumFilters * V.Count;

    /// <summary>Filters in the sums: a group's number is made even, and what its last pair holds twice is not read.</summary>
    private int SumFilters => geometry.Groups * GroupSumFilters;

    private int GroupSumFilters => (geometry.GroupOutputs + 1) / 2 * 2;

    /// <summary>All images of one group of lanes.</summary>
    /// <param name="sums"><see cref="SumsLength"/> floats.</param>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    public void Run(Planes x, Planes dy, int laneGroup, float* sums, bool accumulate)
    {
        Contraction sum = new Contraction
        {
            Stretches = stretches.Address,
            StretchCount = stretches.Count,
            Depth = geometry.Columns.Output,
            ARow = (nint)geometry.Columns.Dilation * V.Count,
            ADepth = (nint)geometry.Columns.Stride * V.Count,
            BDepth = V.Count,
            CRow = (nint)geometry.GroupInputs * SumFilters * V.Count,
            CColumn = V.Count,
        }.Continued;

        for (int group = 0; group < geometry.Groups; group++)
        {
            for (int channel = 0; channel < geometry.GroupInputs; channel++)
            {
                int plane = laneGroup * geometry.InputChannels + group * geometry.GroupInputs + channel;
                for (int kh = 0; kh < geometry.Rows.Kernel; kh++)
                {
                    for (int tile = 0; tile < tiles.Parts; tile++)
                    {
                        int kw = tiles.Start(tile);
                        float* left = x.Pixel(
                            plane,
                            kh * geometry.Rows.Dilation - geometry.Rows.Before,
                            kw * geometry.Columns.Dilation - geometry.Columns.Before
                        );
                        float* target =
                            sums
                            + (((nint)kh * geometry.Columns.Kernel + kw) * geometry.GroupInputs + channel) * SumFilters * V.Count
                            + (nint)group * GroupSumFilters * V.Count;
                        Filters(
                            sum,
                            dy,
                            laneGroup * geometry.OutputChannels + group * geometry.GroupOutputs,
                            tiles.Size(tile),
                            left,
                            target,
                            accumulate
                        );
                    }
                }
            }
        }
    }

    /// <summary>Adds up the lanes: dw lies as <c>[tap, input channel, filter]</c>.</summary>
    public void AddLanes(float* sums, float* dw)
    {
        for (int row = 0; row < geometry.Taps * geometry.GroupInputs; row++)
        {
            for (int group = 0; group < geometry.Groups; group++)
            {
                float* source = sums + ((nint)row * SumFilters + group * GroupSumFilters) * V.Count;
                float* target = dw + (nint)row * geometry.OutputChannels + group * geometry.GroupOutputs;
                for (int filter = 0; filter < geometry.GroupOutputs; filter++)
                {
                    target[filter] = V.Sum(V.Load(source + (nint)filter * V.Count));
                }
            }
        }
    }

    private void Filters(Contraction sum, Planes dy, int firstPlane, int taps, float* left, float* target, bool accumulate)
    {
        for (int filter = 0; filter < geometry.GroupOutputs; filter += 2)
        {
            // The last of an odd number is computed twice, side by side.
            sum.BColumn = filter + 1 < geometry.GroupOutputs ? dy.PlanePitch : 0;
            float* c = target + (nint)filter * V.Count;
            MicroKernel<V>.MultiplyLanes(sum, taps, left, dy.Row(firstPlane + filter, 0), c, accumulate ? c : null);
        }
    }
}
