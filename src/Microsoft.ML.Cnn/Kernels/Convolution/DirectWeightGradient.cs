using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dw, the gradient of a convolution with respect to its filters, with channels in the lanes: for every filter row the product
/// [taps · input channels] × [output pixels] × [output channels], summed over all output rows. Each output row is one stretch. The rows
/// are cut into blocks that stay in cache while all tiles of dw pass over them.
/// </summary>
internal sealed unsafe class DirectWeightGradient<V>
    where V : struct, IVector<V>
{
    private const int BlockPixels = 512;

    private readonly ConvolutionGeometry geometry;

    /// <summary>Rows of dw that are contiguous in the image: (tap of a filter row, channel), or the channels of one tap.</summary>
    private readonly int runLength;
    private readonly Split tiles;

    public DirectWeightGradient(ConvolutionGeometry geometry)
    {
        this.geometry = geometry;
        runLength = (geometry is { Groups: 1, Columns.Dilation: 1 } ? geometry.Columns.Kernel : 1) * geometry.GroupInputs;
        tiles = Split.AtMost(runLength, V.TileRows);
    }

    /// <summary>Independent pieces: tiles of rows of dw, each over all images.</summary>
    public int Pieces => tiles.Parts * (geometry.Taps * geometry.GroupInputs / runLength);

    private static int PanelColumns => MicroKernel<V>.Width;

    /// <summary>Rows [first, last) of pieces, of all the images given.</summary>
    /// <param name="accumulate">Adds to what dw holds.</param>
    [SkipLocalsInit]
    public void Run(Planes x, Planes dy, float* dw, int firstPiece, int lastPiece, bool accumulate)
    {
        int blockRows = Math.Clamp(BlockPixels / geometry.Columns.Output, 1, BlockPixels);
        int rows = x.Count * geometry.Rows.Output;
        Stretch* stretches = stackalloc Stretch[blockRows];
        Contraction sum = new Contraction
        {
            Stretches = stretches,
            Depth = geometry.Columns.Output,
            ARow = 1,
            ADepth = (nint)geometry.Columns.Stride * geometry.InputChannels,
            BDepth = geometry.OutputChannels,
            BColumn = V.Count,
            CRow = geometry.OutputChannels,
            CColumn = V.Count,
        }.Continued;

        for (int block = 0; block < rows; block += blockRows)
        {
            sum.StretchCount = Math.Min(blockRows, rows - block);
            for (int i = 0; i < sum.StretchCount; i++)
            {
                (int image, int row) = Math.DivRem(block + i, geometry.Rows.Output);
                stretches[i] = new Stretch(
                    image * x.PlanePitch + row * geometry.Rows.Stride * x.RowPitch,
                    image * dy.PlanePitch + row * dy.RowPitch
                );
            }

            for (int piece = firstPiece; piece < lastPiece; piece++)
            {
                Tile(sum, x, dy, dw, piece, accumulate || block > 0);
            }
        }
    }

    private void Tile(in Contraction sum, Planes x, Planes dy, float* dw, int piece, bool accumulate)
    {
        (int run, int inRun) = Math.DivRem(piece, tiles.Parts);
        int tap = run * runLength / geometry.GroupInputs;
        (int kh, int kw) = Math.DivRem(tap, geometry.Columns.Kernel);
        int first = tiles.Start(inRun);
        float* left =
            x.Pixel(0, kh * geometry.Rows.Dilation - geometry.Rows.Before, kw * geometry.Columns.Dilation - geometry.Columns.Before)
            + first;
        float* target = dw + ((nint)run * runLength + first) * geometry.OutputChannels;
        for (int group = 0; group < geometry.Groups; group++)
        {
            for (int panel = 0; panel < geometry.GroupOutputs; panel += PanelColumns)
            {
                int channel = group * geometry.GroupOutputs + panel;
                MicroKernel<V>.MultiplyEdge(
                    sum,
                    tiles.Size(inRun),
                    Math.Min(PanelColumns, geometry.GroupOutputs - panel),
                    left + group * geometry.GroupInputs,
                    dy.Data + channel,
                    target + channel,
                    accumulate ? target + channel : null
                );
            }
        }
    }
}
