using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// One direction of a data gradient. Input pixel i receives from output o through tap k when i + before = o · stride + k · dilation.
/// So pixels fall into phases (i + before) mod stride; within a phase the taps are those whose offset k · dilation has the same
/// remainder, and pixels one stride apart read neighbouring outputs: each phase is a convolution of stride one over the output's gradient.
/// </summary>
internal static class GradientPhases
{
    /// <summary>The taps that meet a phase, and how many outputs before the phase's own each of them lies.</summary>
    public static IEnumerable<(int Tap, int OutputsBefore)> Taps(Extent extent, int phase) =>
        from tap in Enumerable.Range(0, extent.Kernel)
        where tap * extent.Dilation % extent.Stride == phase
        select (tap, tap * extent.Dilation / extent.Stride);

    /// <summary>As <see cref="Taps"/> for the phase of a pixel, without those whose output lies outside the image.</summary>
    public static IEnumerable<(int Tap, int OutputsBefore)> TapsInside(Extent extent, int pixel) =>
        from tap in Taps(extent, (pixel + extent.Before) % extent.Stride)
        let output = Output(extent, pixel) - tap.OutputsBefore
        where output >= 0 && output < extent.Output
        select tap;

    /// <summary>The first pixel of a phase.</summary>
    public static int First(Extent extent, int phase) => ((phase - extent.Before) % extent.Stride + extent.Stride) % extent.Stride;

    /// <summary>Pixels of a phase.</summary>
    public static int Count(Extent extent, int phase) => (extent.Input - First(extent, phase) + extent.Stride - 1) / extent.Stride;

    /// <summary>The output that meets a pixel of a phase at tap offset 0.</summary>
    public static int Output(Extent extent, int pixel) => (pixel + extent.Before) / extent.Stride;
}
