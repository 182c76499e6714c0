using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>One direction of a window, from its definition: windows are laid down one after another and counted, no formula.</summary>
internal sealed record SlidingWindow(int Input, int Kernel, int Stride, int Dilation, int Before, int After, int Output)
{
    public int Span => 1 + (Kernel - 1) * Dilation;

    public Extent Extent => new(Input, Kernel, Stride, Dilation, Before, After, Output);

    /// <summary>Null where no window fits, or windows do not end with the padding and nothing says that they may.</summary>
    public static SlidingWindow? Lay(int input, int kernel, int stride, int dilation, int before, int after, Rounding rounding)
    {
        SlidingWindow window = new(input, kernel, stride, dilation, before, after, 0);
        int start = -before;
        int count = 0;
        int end = 0;
        for (; start + window.Span <= input + after; start += stride)
        {
            count++;
            end = start + window.Span;
        }

        bool isEven = end == input + after;
        if (count == 0 || (!isEven && rounding == Rounding.Exact))
        {
            return null;
        }

        bool hangsOver = !isEven && rounding == Rounding.Ceiling && start < input;
        return window with { Output = count + (hangsOver ? 1 : 0) };
    }

    /// <summary>As many windows as there are strides begun in the image, and just as much padding as they need.</summary>
    public static SlidingWindow LaySame(int input, int kernel, int stride, int dilation)
    {
        int windows = 0;
        for (int start = 0; start < input; start += stride)
        {
            windows++;
        }

        SlidingWindow window = new(input, kernel, stride, dilation, 0, 0, windows);
        int padding = 0;
        while ((windows - 1) * stride + window.Span > input + padding)
        {
            padding++;
        }

        return window with
        {
            Before = padding / 2,
            After = padding - padding / 2,
        };
    }

    public static (SlidingWindow Rows, SlidingWindow Columns) Of(
        Shape input,
        Size2D kernel,
        Size2D stride,
        Size2D dilation,
        Padding padding,
        Rounding rounding
    ) =>
        padding.IsSame
            ? (
                LaySame(input.Height, kernel.Height, stride.Height, dilation.Height),
                LaySame(input.Width, kernel.Width, stride.Width, dilation.Width)
            )
            : (
                Lay(input.Height, kernel.Height, stride.Height, dilation.Height, padding.Top, padding.Bottom, rounding)!,
                Lay(input.Width, kernel.Width, stride.Width, dilation.Width, padding.Left, padding.Right, rounding)!
            );

    public int Pixel(int window, int tap) => window * Stride + tap * Dilation - Before;
}
