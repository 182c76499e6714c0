using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// dx, the gradient of a convolution with respect to its input, with channels in the lanes: for each phase (see
/// <see cref="GradientPhases"/>) a convolution of dy with the transposed filters. dy has a halo of zeros as
/// <see cref="ConvolutionGeometry.GradientHalo"/> says.
/// </summary>
internal sealed unsafe class DirectDataGradient<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;
    private readonly int panels;
    private readonly int depth;

    /// <summary>Stretches by phase of the row and phase of the column.</summary>
    private readonly StretchList[,] stretches;

    /// <param name="geometry">The convolution.</param>
    /// <param name="rowPitch">Of dy.</param>
    public DirectDataGradient(ConvolutionGeometry geometry, nint rowPitch)
    {
        this.geometry = geometry;
        panels = (geometry.GroupInputs + PanelColumns - 1) / PanelColumns;

        // At stride one the taps of a filter row, mirrored, and the channels of their outputs are one contiguous run.
        bool rowIsOneRun = geometry is { Groups: 1, Columns: { Stride: 1, Dilation: 1 } };
        int kernel = geometry.Columns.Kernel;
        depth = (rowIsOneRun ? kernel : 1) * geometry.GroupOutputs;
        stretches = new StretchList[geometry.Rows.Stride, geometry.Columns.Stride];
        for (int rowPhase = 0; rowPhase < geometry.Rows.Stride; rowPhase++)
        {
            for (int columnPhase = 0; columnPhase < geometry.Columns.Stride; columnPhase++)
            {
                List<Stretch> list = [];
                foreach ((int kh, int up) in GradientPhases.Taps(geometry.Rows, rowPhase))
                {
                    if (rowIsOneRun)
                    {
                        list.Add(new Stretch(-up * rowPitch - (nint)(kernel - 1) * geometry.OutputChannels, (nint)kh * kernel * TapLength));
                        continue;
                    }

                    foreach ((int kw, int left) in GradientPhases.Taps(geometry.Columns, columnPhase))
                    {
                        list.Add(
                            new Stretch(
                                -up * rowPitch - (nint)left * geometry.OutputChannels,
                                (nint)(kh * kernel + kernel - 1 - kw) * TapLength
                            )
                        );
                    }
                }

                stretches[rowPhase, columnPhase] = new StretchList(list);
            }
        }
    }

    /// <summary>Independent pieces of packing.</summary>
    public int PackPieces => geometry.Groups * panels;

    /// <summary>Floats of all packed filters.</summary>
    public long PackedLength => (long)PackPieces * PanelLength;

    private static int PanelColumns => MicroKernel<V>.Width;

    private int TapLength => geometry.GroupOutputs * PanelColumns;

    private int PanelLength => geometry.Taps * TapLength;

    public void Pack(float* weights, float* packed, int piece) =>
        FilterPacking<V>.PackTransposed(geometry, weights, piece / panels, piece % panels, packed + (nint)piece * PanelLength);

    /// <summary>One row of dx: independent pieces of an image.</summary>
    public void Run(Planes dy, Planes dx, int image, int row, float* packed)
    {
        int rowPhase = (row + geometry.Rows.Before) % geometry.Rows.Stride;
        int outputRow = GradientPhases.Output(geometry.Rows, row);
        for (int phase = 0; phase < geometry.Columns.Stride; phase++)
        {
            Contraction sum = new()
            {
                Stretches = stretches[rowPhase, phase].Address,
                StretchCount = stretches[rowPhase, phase].Count,
                Depth = depth,
                ARow = geometry.OutputChannels,
                ADepth = 1,
                BDepth = PanelColumns,
                BColumn = V.Count,
                CRow = (nint)geometry.Columns.Stride * dx.PixelLength,
                CColumn = V.Count,
            };

            int first = GradientPhases.First(geometry.Columns, phase);
            Split tiles = Split.AtMost(GradientPhases.Count(geometry.Columns, phase), V.TileRows);
            for (int panel = 0; panel < PackPieces; panel++)
            {
                (int group, int inGroup) = Math.DivRem(panel, panels);
                int channel = inGroup * PanelColumns;
                for (int tile = 0; tile < tiles.Parts; tile++)
                {
                    int column = first + tiles.Start(tile) * geometry.Columns.Stride;
                    MicroKernel<V>.MultiplyEdge(
                        sum,
                        tiles.Size(tile),
                        Math.Min(PanelColumns, geometry.GroupInputs - channel),
                        dy.Pixel(image, outputRow, GradientPhases.Output(geometry.Columns, column)) + group * geometry.GroupOutputs,
                        packed + (nint)panel * PanelLength,
                        dx.Pixel(image, row, column) + group * geometry.GroupInputs + channel
                    );
                }
            }
        }
    }
}
