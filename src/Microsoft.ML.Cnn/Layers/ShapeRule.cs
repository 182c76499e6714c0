using System.Globalization;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>What a layer whose windows do not fit can be told to change, besides its kernel.</summary>
internal enum Remedies
{
    /// <summary>Only what comes in: the layer has no padding, stride or rounding of its own.</summary>
    Input,

    /// <summary>Padding, as long as it is narrower than the window, stride and rounding too.</summary>
    NarrowPadding,

    /// <summary>All of them.</summary>
    All,
}

/// <summary>
/// The shape rule of everything that slides a window over an image, OH = (H + 2P - FH) / S + 1, and its error: which sizes
/// were met and which ones would work.
/// </summary>
internal static class ShapeRule
{
    public static WindowGeometry Window(
        Shape input,
        string path,
        Size2D kernel,
        Size2D stride,
        Size2D dilation,
        Padding padding,
        Rounding rounding,
        Remedies remedies
    ) =>
        new(
            Direction(
                input,
                path,
                "height",
                input.Height,
                kernel.Height,
                stride.Height,
                dilation.Height,
                padding.Top,
                padding.Bottom,
                padding.IsSame,
                rounding,
                remedies
            ),
            Direction(
                input,
                path,
                "width",
                input.Width,
                kernel.Width,
                stride.Width,
                dilation.Width,
                padding.Left,
                padding.Right,
                padding.IsSame,
                rounding,
                remedies
            )
        );

    private static Extent Direction(
        Shape shape,
        string path,
        string name,
        int input,
        int kernel,
        int stride,
        int dilation,
        int before,
        int after,
        bool same,
        Rounding rounding,
        Remedies remedies
    )
    {
        long span = (long)(kernel - 1) * dilation + 1;
        if (same)
        {
            int windows = (input + stride - 1) / stride;
            int padding = checked((int)Math.Max(0, (windows - 1L) * stride + span - input));
            return new Extent(input, kernel, stride, dilation, padding / 2, padding - padding / 2, windows);
        }

        Extent extent = new(input, kernel, stride, dilation, before, after, Output: 0);
        long way = (long)input + before + after - span;
        string formula = $"output {name} = ({input} + {before} + {after} - {span}) / {stride} + 1";
        if (way < 0)
        {
            throw new ShapeException(
                path,
                shape,
                $"the kernel spans {span} pixels, more than the padded image has ({formula}). "
                    + $"What would work: an input {name} of at least {span - before - after} or a kernel of at most {(input + before + after - 1) / dilation + 1}"
                    + (
                        remedies == Remedies.Input
                            ? "."
                            : $", or a padding of at least {(span - input + 1) / 2} on both sides (or Padding.Same)."
                    )
            );
        }

        long remainder = way % stride;
        if (remainder != 0 && rounding == Rounding.Exact)
        {
            throw new ShapeException(path, shape, Uneven(name, formula, extent, way, remedies));
        }

        long output = way / stride + 1;

        // A window that would begin in the padding behind the image sees nothing of it (Caffe and PyTorch agree).
        if (remainder != 0 && rounding == Rounding.Ceiling && output * stride < (long)input + before)
        {
            output++;
        }

        return extent with
        {
            Output = checked((int)output),
        };
    }

    private static string Uneven(string name, string formula, Extent extent, long way, Remedies remedies)
    {
        (int input, int stride) = (extent.Input, extent.Stride);
        int remainder = (int)(way % stride);
        int missing = stride - remainder;
        string value = ((double)way / stride + 1).ToString("0.##", CultureInfo.InvariantCulture);
        string inputs = input > remainder ? $"{input - remainder} or {input + missing}" : $"{input + missing}";
        string message = $"the stride does not divide evenly: {formula} = {value}. What would work: an input {name} of {inputs}";
        if (remedies == Remedies.Input)
        {
            return message + ".";
        }

        int before = extent.Before + missing / 2;
        int after = extent.After + missing - missing / 2;
        string padding =
            remedies == Remedies.NarrowPadding && Math.Max(before, after) >= extent.Kernel ? ""
            : missing % 2 == 0 ? $", a padding of {before} and {after} pixels"
            : $", a padding of {before} and {after} pixels (before and after)";
        IEnumerable<int> strides = Enumerable.Range(1, stride + 2).Where(candidate => candidate != stride && way % candidate == 0);
        return message
            + padding
            + $", a stride of {string.Join(" or ", strides)}, "
            + "or Rounding.Floor (drops the last pixels, as PyTorch does) or Rounding.Ceiling (as Caffe does).";
    }
}
