using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dx, the gradient of a convolution with respect to its input, with images in the lanes: a tile is some input channels by two pixels of
/// one phase (see <see cref="GradientPhases"/>); every tap that meets the phase is a stretch, summed over the filters. dy has a halo of
/// zeros as <see cref="ConvolutionGeometry.GradientHalo"/> says.
/// </summary>
internal sealed unsafe class LaneDataGradient<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly Split tiles;

    /// <summary>Stretches by phase of the row and phase of the column.</summary>
    private readonly StretchList[,] stretches;

    /// <param name="geometry">The convolution.</param>
    /// <param name="dy">Planes like those it will read: their pitches count.</param>
    public LaneDataGradient(ConvolutionGeometry geometry, Planes dy)
    {
        this.geometry = geometry;
        tiles = Split.AtMost(geometry.GroupInputs, V.TileRows);
        stretches = new StretchList[geometry.Rows.Stride, geometry.Columns.Stride];
        for (int rowPhase = 0; rowPhase < geometry.Rows.Stride; rowPhase++)
        {
            for (int columnPhase = 0; columnPhase < geometry.Columns.Stride; columnPhase++)
            {
                stretches[rowPhase, columnPhase] = new StretchList([
                    .. from row in GradientPhases.Taps(geometry.Rows, rowPhase)
                    from column in GradientPhases.Taps(geometry.Columns, columnPhase)
                    select new Stretch(
                        ((nint)row.Tap * geometry.Columns.Kernel + column.Tap) * geometry.GroupInputs * geometry.OutputChannels,
                        -row.OutputsBefore * dy.RowPitch - (nint)column.OutputsBefore * V.Count
                    ),
                ]);
            }
        }
    }

    /// <summary>All images of one group of lanes.</summary>
    public void Run(Planes dy, Planes dx, int laneGroup, float* weights)
    {
        for (int phase = 0; phase < geometry.Columns.Stride; phase++)
        {
            int count = GradientPhases.Count(geometry.Columns, phase);
            if (count > 0)
            {
                RunPhase(dy, dx, laneGroup, weights, phase, count);
            }
        }
    }

    private void RunPhase(Planes dy, Planes dx, int laneGroup, float* weights, int phase, int count)
    {
        int stride = geometry.Columns.Stride;
        int first = GradientPhases.First(geometry.Columns, phase);
        LanePairs pairs = new(count);
        Contraction sum = new()
        {
            Depth = geometry.GroupOutputs,
            ARow = geometry.OutputChannels,
            ADepth = 1,
            BDepth = dy.PlanePitch,
            BColumn = pairs.Step * V.Count,
            CRow = dx.PlanePitch,
            CColumn = pairs.Step * stride * V.Count,
        };

        for (int row = 0; row < dx.Height; row++)
        {
            StretchList meeting = stretches[(row + geometry.Rows.Before) % geometry.Rows.Stride, phase];
            sum.Stretches = meeting.Address;
            sum.StretchCount = meeting.Count;
            for (int group = 0; group < geometry.Groups; group++)
            {
                float* source = dy.Pixel(
                    laneGroup * geometry.OutputChannels + group * geometry.GroupOutputs,
                    GradientPhases.Output(geometry.Rows, row),
                    GradientPhases.Output(geometry.Columns, first)
                );
                for (int tile = 0; tile < tiles.Parts; tile++)
                {
                    int channel = tiles.Start(tile);
                    float* left = weights + (nint)channel * geometry.OutputChannels + group * geometry.GroupOutputs;
                    float* target = dx.Pixel(laneGroup * geometry.InputChannels + group * geometry.GroupInputs + channel, row, first);
                    for (int pair = 0; pair < pairs.Count; pair++)
                    {
                        nint pixel = pairs.First(pair) * V.Count;
                        MicroKernel<V>.Multiply(sum, tiles.Size(tile), left, source + pixel, target + pixel * stride);
                    }
                }
            }
        }
    }
}
