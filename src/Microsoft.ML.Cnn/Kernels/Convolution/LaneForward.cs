using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// y = x * w + bias with images in the lanes: a tile is up to <see cref="IVector{T}.TileRows"/> filters by two pixels, each a vector of
/// images. The filters are the numbers that are broadcast, so they are read where they lie and nothing is packed; the rows of each input
/// channel's filter are the stretches of the sum. x has a halo of zeros as far as windows reach.
/// </summary>
internal sealed unsafe class LaneForward<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly StretchList stretches;
    private readonly Split tiles;

    /// <param name="geometry">The convolution.</param>
    /// <param name="x">Planes like those it will read: their pitches count.</param>
    public LaneForward(ConvolutionGeometry geometry, Planes x)
    {
        this.geometry = geometry;
        tiles = Split.AtMost(geometry.GroupOutputs, V.TileRows);
        stretches = new StretchList([
            .. from channel in Enumerable.Range(0, geometry.GroupInputs)
            from row in Enumerable.Range(0, geometry.Rows.Kernel)
            select new Stretch(
                ((nint)row * geometry.Columns.Kernel * geometry.GroupInputs + channel) * geometry.OutputChannels,
                channel * x.PlanePitch + row * geometry.Rows.Dilation * x.RowPitch
            ),
        ]);
    }

    /// <summary>All images of one group of lanes.</summary>
    /// <param name="laneBias">A vector an output channel; null for none.</param>
    public void Run(Planes x, Planes y, int laneGroup, float* weights, float* laneBias, bool rectify)
    {
        int stride = geometry.Columns.Stride;
        LanePairs pairs = new(y.Width);
        Contraction sum = new()
        {
            Stretches = stretches.Address,
            StretchCount = stretches.Count,
            Depth = geometry.Columns.Kernel,
            ARow = 1,
            ADepth = (nint)geometry.GroupInputs * geometry.OutputChannels,
            BDepth = (nint)geometry.Columns.Dilation * V.Count,
            BColumn = pairs.Step * stride * V.Count,
            CRow = y.PlanePitch,
            CColumn = pairs.Step * V.Count,
            StartRow = V.Count,
            StartColumn = 0,
            Floor = rectify ? 0 : float.NegativeInfinity,
        };

        for (int group = 0; group < geometry.Groups; group++)
        {
            int inputPlane = laneGroup * geometry.InputChannels + group * geometry.GroupInputs;
            for (int row = 0; row < y.Height; row++)
            {
                float* corner = x.Pixel(inputPlane, row * geometry.Rows.Stride - geometry.Rows.Before, -geometry.Columns.Before);
                for (int tile = 0; tile < tiles.Parts; tile++)
                {
                    int channel = group * geometry.GroupOutputs + tiles.Start(tile);
                    float* target = y.Row(laneGroup * geometry.OutputChannels + channel, row);
                    float* start = laneBias == null ? null : laneBias + (nint)channel * V.Count;
                    for (int pair = 0; pair < pairs.Count; pair++)
                    {
                        nint column = pairs.First(pair) * V.Count;
                        MicroKernel<V>.Multiply(sum, tiles.Size(tile), weights + channel, corner + column * stride, target + column, start);
                    }
                }
            }
        }
    }
}
