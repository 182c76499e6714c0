using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Depthwise;

/// <summary>
/// dx, the gradient of a depthwise convolution with respect to its input: phase by phase (<see cref="GradientPhases"/>) a depthwise convolution of dy,
/// which has a halo of zeros as far as <see cref="ConvolutionGeometry.GradientHalo"/> says.
/// </summary>
internal sealed unsafe class DepthwiseDataGradient<V>
    where V : struct, IVector<V>
{
    private readonly ConvolutionGeometry geometry;

    /// <summary>For each phase of rows, for each of columns.</summary>
    private readonly TapSum<V>[][] sums;

    /// <param name="geometry">The convolution, with as many groups as channels and filters.</param>
    /// <param name="rowPitch">Of dy.</param>
    public DepthwiseDataGradient(ConvolutionGeometry geometry, nint rowPitch)
    {
        this.geometry = geometry;
        sums =
        [
            .. Enumerable
                .Range(0, geometry.Rows.Stride)
                .Select(rowPhase =>
                    Enumerable.Range(0, geometry.Columns.Stride).Select(columnPhase => Sum(rowPhase, columnPhase, rowPitch)).ToArray()
                ),
        ];
    }

    /// <summary>All images given; all of dx is written.</summary>
    /// <param name="weights">[tap, channel]</param>
    public void Run(Planes dy, Planes dx, float* weights)
    {
        (Extent rows, Extent columns) = (geometry.Rows, geometry.Columns);
        for (int image = 0; image < dx.Count; image++)
        {
            for (int row = 0; row < dx.Height; row++)
            {
                TapSum<V>[] ofRow = sums[(row + rows.Before) % rows.Stride];
                for (int phase = 0; phase < columns.Stride; phase++)
                {
                    int first = GradientPhases.First(columns, phase);
                    float* source = dy.Pixel(image, GradientPhases.Output(rows, row), GradientPhases.Output(columns, first));
                    int pixels = GradientPhases.Count(columns, phase);
                    ofRow[phase].Run(source, dx.Pixel(image, row, first), pixels, weights, null, float.NegativeInfinity);
                }
            }
        }
    }

    private TapSum<V> Sum(int rowPhase, int columnPhase, nint rowPitch)
    {
        int channels = geometry.InputChannels;
        return new TapSum<V>(
            from row in GradientPhases.Taps(geometry.Rows, rowPhase)
            from column in GradientPhases.Taps(geometry.Columns, columnPhase)
            select new Stretch(
                -row.OutputsBefore * rowPitch - (nint)column.OutputsBefore * channels,
                ((nint)row.Tap * geometry.Columns.Kernel + column.Tap) * channels
            ),
            channels,
            channels,
            (nint)geometry.Columns.Stride * channels
        );
    }
}
