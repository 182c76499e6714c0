using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Taps or pixels in one direction: [First, End).</summary>
internal readonly record struct Interval(int First, int End)
{
    public int Length => End - First;

    /// <summary>The taps of a window that lie on the image.</summary>
    public static Interval TapsInside(in Extent extent, int window)
    {
        int start = extent.Pixel(window, 0);
        if (start >= 0 && start + extent.Span <= extent.Input)
        {
            return new Interval(0, extent.Kernel);
        }

        int first = start >= 0 ? 0 : (-start + extent.Dilation - 1) / extent.Dilation;
        int reach = (extent.Input - start + extent.Dilation - 1) / extent.Dilation;
        return new Interval(first, Math.Min(extent.Kernel, reach));
    }
}
