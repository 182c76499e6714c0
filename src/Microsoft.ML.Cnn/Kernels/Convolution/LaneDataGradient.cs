using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dx, the gradient of a convolution with respect to its input, with images in the lanes: a tile is some input channels by two pixels of
/// one phase (see <see cref="GradientPhases"/>); every tap that meets one of them inside the image is a stretch, summed over the filters. On
/// small maps that spares a large part of the taps. dy has a halo of zeros as <see cref="ConvolutionGeometry.GradientHalo"/> says.
/// </summary>
internal sealed unsafe class LaneDataGradient<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly Split tiles;
    private readonly LanePairs[] pairs;

    /// <summary>By column phase: the stretches of each row and pair, those that are alike shared.</summary>
    private readonly StretchList[][] stretches;

    /// <param name="geometry">The convolution.</param>
    /// <param name="dy">Planes like those it will read: their pitches count.</param>
    public LaneDataGradient(ConvolutionGeometry geometry, Planes dy)
    {
        this.geometry = geometry;
        tiles = Split.AtMost(geometry.GroupInputs, V.TileRows);
        pairs =
        [
            .. Enumerable.Range(0, geometry.Columns.Stride).Select(phase => new LanePairs(GradientPhases.Count(geometry.Columns, phase))),
        ];
        stretches = [.. Enumerable.Range(0, geometry.Columns.Stride).Select(phase => Stretches(phase, dy))];
    }

    /// <summary>All images of one group of lanes.</summary>
    public void Run(Planes dy, Planes dx, int laneGroup, float* weights)
    {
        for (int phase = 0; phase < geometry.Columns.Stride; phase++)
        {
            for (int row = 0; row < dx.Height && pairs[phase].Count > 0; row++)
            {
                RunRow(dy, dx, laneGroup, weights, phase, row);
            }
        }
    }

    private void RunRow(Planes dy, Planes dx, int laneGroup, float* weights, int phase, int row)
    {
        int stride = geometry.Columns.Stride;
        int first = GradientPhases.First(geometry.Columns, phase);
        LanePairs ofPhase = pairs[phase];
        Contraction sum = new()
        {
            Depth = geometry.GroupOutputs,
            ARow = geometry.OutputChannels,
            ADepth = 1,
            BDepth = dy.PlanePitch,
            BColumn = ofPhase.Step * V.Count,
            CRow = dx.PlanePitch,
            CColumn = ofPhase.Step * stride * V.Count,
        };

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
                for (int pair = 0; pair < ofPhase.Count; pair++)
                {
                    StretchList meeting = stretches[phase][row * ofPhase.Count + pair];
                    sum.Stretches = meeting.Address;
                    sum.StretchCount = meeting.Count;
                    nint pixel = ofPhase.First(pair) * V.Count;
                    MicroKernel<V>.Multiply(sum, tiles.Size(tile), left, source + pixel, target + pixel * stride);
                }
            }
        }
    }

    private StretchList[] Stretches(int phase, Planes dy)
    {
        // Taps that meet a pixel are neighbours among those of its phase: the first and their number tell them apart.
        Dictionary<(int Phase, int FirstRow, int Rows, int FirstColumn, int Columns), StretchList> alike = [];
        LanePairs ofPhase = pairs[phase];
        StretchList[] lists = new StretchList[geometry.Rows.Input * ofPhase.Count];
        for (int row = 0; row < geometry.Rows.Input; row++)
        {
            (int Tap, int OutputsBefore)[] rows = [.. GradientPhases.TapsInside(geometry.Rows, row)];
            for (int pair = 0; pair < ofPhase.Count; pair++)
            {
                (int Tap, int OutputsBefore)[] columns = PairTaps(phase, (int)ofPhase.First(pair), (int)ofPhase.Step);
                var key = (
                    (row + geometry.Rows.Before) % geometry.Rows.Stride,
                    rows.FirstOrDefault().Tap,
                    rows.Length,
                    columns.FirstOrDefault().Tap,
                    columns.Length
                );
                if (!alike.TryGetValue(key, out StretchList list))
                {
                    list = alike[key] = new StretchList([.. from r in rows from c in columns select Meet(r, c, dy)]);
                }

                lists[row * ofPhase.Count + pair] = list;
            }
        }

        return lists;
    }

    /// <summary>The taps that meet either pixel of a pair inside the image.</summary>
    private (int Tap, int OutputsBefore)[] PairTaps(int phase, int inPhase, int step)
    {
        int pixel = GradientPhases.First(geometry.Columns, phase) + inPhase * geometry.Columns.Stride;
        IEnumerable<(int, int)> second = GradientPhases.TapsInside(geometry.Columns, pixel + step * geometry.Columns.Stride);
        return [.. GradientPhases.TapsInside(geometry.Columns, pixel).Union(second).Order()];
    }

    private Stretch Meet((int Tap, int OutputsBefore) row, (int Tap, int OutputsBefore) column, Planes dy) =>
        new(
            ((nint)row.Tap * geometry.Columns.Kernel + column.Tap) * geometry.GroupInputs * geometry.OutputChannels,
            -row.OutputsBefore * dy.RowPitch - (nint)column.OutputsBefore * V.Count
        );
}
