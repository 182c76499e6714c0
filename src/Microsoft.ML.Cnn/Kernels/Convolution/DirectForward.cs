using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// y = x * w + bias with channels in the lanes: the matrix product [output pixels] × [taps · input channels] × [output channels],
/// whose left matrix is the image itself. Without groups and dilation the taps of a filter row and their channels are one contiguous
/// run of the image row, so each filter row is one stretch of the sum. x has a halo of zeros as far as windows reach.
/// </summary>
internal sealed unsafe class DirectForward<V>
    where V : struct, IVector<V>
{
    /// <summary>Floats of the image that should stay in the first cache level while the panels of filters pass over them.</summary>
    private const int BandLength = 32 * 1024;

    /// <summary>Floats of filters that share the first cache level: with those of few channels a tile of pixels is finished at once.</summary>
    private const int FilterLength = 4 * 1024;

    private readonly ConvolutionGeometry geometry;
    private readonly StretchList stretches;
    private readonly int depth;
    private readonly int panels;
    private readonly int panelsAtOnce;
    private readonly Split tiles;
    private readonly int bandRows;

    /// <param name="geometry">The convolution.</param>
    /// <param name="rowPitch">Of x.</param>
    public DirectForward(ConvolutionGeometry geometry, nint rowPitch)
    {
        this.geometry = geometry;
        panels = (geometry.GroupOutputs + PanelColumns - 1) / PanelColumns;
        panelsAtOnce = Math.Max(1, FilterLength / PanelLength);
        tiles = Split.AtMost(geometry.Columns.Output, V.TileRows);
        bandRows = Math.Clamp(BandLength / (geometry.Columns.Input * geometry.InputChannels) + 1, 1, 8);

        int tapsPerStretch = geometry is { Groups: 1, Columns.Dilation: 1 } ? geometry.Columns.Kernel : 1;
        depth = tapsPerStretch * geometry.GroupInputs;
        stretches = new StretchList([
            .. from row in Enumerable.Range(0, geometry.Rows.Kernel)
            from column in Enumerable.Range(0, geometry.Columns.Kernel / tapsPerStretch)
            select new Stretch(
                row * geometry.Rows.Dilation * rowPitch + column * geometry.Columns.Dilation * geometry.InputChannels,
                ((nint)row * geometry.Columns.Kernel + column * tapsPerStretch) * geometry.GroupInputs * PanelColumns
            ),
        ]);
    }

    /// <summary>Independent pieces of an image: bands of output rows.</summary>
    public int Bands => (geometry.Rows.Output + bandRows - 1) / bandRows;

    /// <summary>Independent pieces of packing.</summary>
    public int PackPieces => geometry.Groups * panels;

    /// <summary>Floats of all packed filters.</summary>
    public long PackedLength => (long)PackPieces * PanelLength;

    private static int PanelColumns => MicroKernel<V>.Width;

    private int PanelLength => geometry.Taps * geometry.GroupInputs * PanelColumns;

    public void Pack(float* weights, float* packed, int piece) =>
        FilterPacking<V>.Pack(geometry, weights, piece / panels, piece % panels, packed + (nint)piece * PanelLength);

    /// <summary>One band of one image.</summary>
    /// <param name="bias">One number an output channel; null for none.</param>
    public void Run(Planes x, Planes y, int image, int band, float* packed, float* bias, bool rectify)
    {
        Contraction sum = new()
        {
            Stretches = stretches.Address,
            StretchCount = stretches.Count,
            Depth = depth,
            ARow = (nint)geometry.Columns.Stride * geometry.InputChannels,
            ADepth = 1,
            BDepth = PanelColumns,
            BColumn = V.Count,
            CRow = y.PixelLength,
            CColumn = V.Count,
            StartColumn = V.Count,
            Floor = rectify ? 0 : float.NegativeInfinity,
        };

        int firstRow = band * bandRows;
        int lastRow = Math.Min(firstRow + bandRows, geometry.Rows.Output);
        for (int firstPanel = 0; firstPanel < PackPieces; firstPanel += panelsAtOnce)
        {
            int lastPanel = Math.Min(firstPanel + panelsAtOnce, PackPieces);
            for (int row = firstRow; row < lastRow; row++)
            {
                for (int tile = 0; tile < tiles.Parts; tile++)
                {
                    for (int panel = firstPanel; panel < lastPanel; panel++)
                    {
                        Tile(sum, x, y, image, row, tile, panel, packed, bias);
                    }
                }
            }
        }
    }

    private void Tile(in Contraction sum, Planes x, Planes y, int image, int row, int tile, int panel, float* packed, float* bias)
    {
        (int group, int inGroup) = Math.DivRem(panel, panels);
        int channel = group * geometry.GroupOutputs + inGroup * PanelColumns;
        int column = tiles.Start(tile);
        float* corner =
            x.Pixel(image, row * geometry.Rows.Stride - geometry.Rows.Before, -geometry.Columns.Before) + group * geometry.GroupInputs;
        MicroKernel<V>.MultiplyEdge(
            sum,
            tiles.Size(tile),
            Math.Min(PanelColumns, geometry.GroupOutputs - inGroup * PanelColumns),
            corner + column * sum.ARow,
            packed + (nint)panel * PanelLength,
            y.Pixel(image, row, column) + channel,
            bias == null ? null : bias + channel
        );
    }
}
