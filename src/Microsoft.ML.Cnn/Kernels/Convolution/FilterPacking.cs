using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>Filters laid out as the micro-kernel reads them: <c>[group, panel, tap, channel that is summed over, two vectors]</c>.</summary>
internal static unsafe class FilterPacking<V>
    where V : struct, IVector<V>
{
    private static int PanelColumns => MicroKernel<V>.Width;

    /// <summary>Panels of filters for the forward pass, which sums over input channels.</summary>
    public static void Pack(ConvolutionGeometry geometry, float* weights, int group, int panel, float* packed)
    {
        int columns = Math.Min(PanelColumns, geometry.GroupOutputs - panel * PanelColumns);
        float* source = weights + group * geometry.GroupOutputs + panel * PanelColumns;
        for (int k = 0; k < geometry.Taps * geometry.GroupInputs; k++, source += geometry.OutputChannels, packed += PanelColumns)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(packed, PanelColumns));
        }
    }

    /// <summary>
    /// Panels of input channels for the data gradient, which sums over filters. The taps of each filter row stand in reverse: a data
    /// gradient reads the output's gradient from left to right and the filter from right to left.
    /// </summary>
    public static void PackTransposed(ConvolutionGeometry geometry, float* weights, int group, int panel, float* packed)
    {
        int kernel = geometry.Columns.Kernel;
        int columns = Math.Min(PanelColumns, geometry.GroupInputs - panel * PanelColumns);
        for (int tap = 0; tap < geometry.Taps; tap++)
        {
            int mirrored = tap - tap % kernel + (kernel - 1 - tap % kernel);
            float* source =
                weights
                + ((nint)mirrored * geometry.GroupInputs + panel * PanelColumns) * geometry.OutputChannels
                + group * geometry.GroupOutputs;
            for (int k = 0; k < geometry.GroupOutputs; k++, source++, packed += PanelColumns)
            {
                for (int column = 0; column < columns; column++)
                {
                    packed[column] = source[(nint)column * geometry.OutputChannels];
                }
            }
        }
    }
}
