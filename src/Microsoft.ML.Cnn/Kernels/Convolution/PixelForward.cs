using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// y = x * w + bias for images of one channel, with neighbouring pixels of an output row in the lanes: a tile is up to
/// <see cref="IVector{T}.TileRows"/> filters by two vectors of pixels. The filters are the numbers that are broadcast, read where they lie; the
/// rows of a filter are the stretches of the sum, and a tap is one pixel further along the image row. A row of results is then transposed,
/// so that channels are neighbours. x has a halo of zeros as far as windows reach.
/// </summary>
internal sealed unsafe class PixelForward<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly StretchList stretches;
    private readonly Split tiles;

    /// <param name="geometry">The convolution: one input channel, columns at stride 1, output rows of at least one vector.</param>
    /// <param name="rowPitch">Of x.</param>
    public PixelForward(ConvolutionGeometry geometry, nint rowPitch)
    {
        Debug.Assert(geometry is { InputChannels: 1, Columns.Stride: 1 } && geometry.Columns.Output >= V.Count);
        this.geometry = geometry;
        tiles = Split.AtMost(geometry.OutputChannels, V.TileRows);
        stretches = new StretchList([
            .. from row in Enumerable.Range(0, geometry.Rows.Kernel)
            select new Stretch((nint)row * geometry.Columns.Kernel * geometry.OutputChannels, row * geometry.Rows.Dilation * rowPitch),
        ]);
    }

    /// <summary>Floats of scratch.</summary>
    public int ScratchLength => geometry.OutputChannels * SumPitch;

    /// <summary>An odd number of cache lines from the pixels of a filter to those of the next.</summary>
    private int SumPitch => (int)AlignedBuffer.RoundUp(geometry.Columns.Output) | AlignedBuffer.Line;

    /// <summary>One output row of one image.</summary>
    /// <param name="weights"><c>[tap, filter]</c></param>
    /// <param name="laneBias">A vector of equal numbers for each filter.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, aligned.</param>
    public void Run(Planes x, Planes y, int image, int row, float* weights, float* laneBias, bool rectify, float* scratch)
    {
        float* corner = x.Pixel(image, row * geometry.Rows.Stride - geometry.Rows.Before, -geometry.Columns.Before);
        Contraction sum = new()
        {
            Stretches = stretches.Address,
            StretchCount = stretches.Count,
            Depth = geometry.Columns.Kernel,
            ARow = 1,
            ADepth = geometry.OutputChannels,
            BDepth = geometry.Columns.Dilation,
            CRow = SumPitch,
            StartRow = V.Count,
            Floor = rectify ? 0 : float.NegativeInfinity,
        };

        // The last vector of a row begins early enough to end with it: what it shares with the one before comes to the same bits.
        int last = y.Width - V.Count;
        for (int column = 0; column < y.Width; column += 2 * V.Count)
        {
            int first = Math.Min(column, last);
            sum.BColumn = sum.CColumn = Math.Min(V.Count, last - first);
            for (int tile = 0; tile < tiles.Parts; tile++)
            {
                int filter = tiles.Start(tile);
                MicroKernel<V>.Multiply(
                    sum,
                    tiles.Size(tile),
                    weights + filter,
                    corner + first,
                    scratch + filter * SumPitch + first,
                    laneBias + filter * V.Count
                );
            }
        }

        Matrix sums = new((nint)scratch, geometry.OutputChannels, y.Width, SumPitch, 1);
        MatrixCopy<V>.Run(sums.Transposed, new Matrix((nint)y.Row(image, row), y.Width, y.PixelLength, y.PixelLength, 1));
    }
}
