namespace Microsoft.ML.Cnn.Tensors;

/// <summary>A window that slides over images in two directions: pooling.</summary>
internal readonly record struct WindowGeometry(Extent Rows, Extent Columns)
{
    /// <summary>Pixels around the input that windows reach.</summary>
    public Halo Halo => new(Rows.HaloBefore, Columns.HaloBefore, Rows.HaloAfter, Columns.HaloAfter);

    public int Taps => Rows.Kernel * Columns.Kernel;
}

/// <summary>
/// The sizes of a convolution, checked once by its layer. Filters lie as
/// <c>[kernel row, kernel column, input channel of the group, output channel]</c>.
/// </summary>
internal sealed record ConvolutionGeometry(WindowGeometry Window, int InputChannels, int OutputChannels, int Groups)
{
    public Extent Rows => Window.Rows;

    public Extent Columns => Window.Columns;

    public int Taps => Window.Taps;

    /// <summary>Input channels that one filter sees.</summary>
    public int GroupInputs => InputChannels / Groups;

    /// <summary>Filters of a group.</summary>
    public int GroupOutputs => OutputChannels / Groups;

    public int WeightCount => Taps * GroupInputs * OutputChannels;

    /// <summary>Of one image, by the definition.</summary>
    public long Products => (long)Rows.Output * Columns.Output * Taps * GroupInputs * OutputChannels;

    /// <summary>Pixels of zeros around the output's gradient that the gradient of the input reads.</summary>
    public Halo GradientHalo
    {
        get
        {
            (int top, int bottom) = GradientReach(Rows);
            (int left, int right) = GradientReach(Columns);
            return new Halo(top, left, bottom, right);
        }
    }

    // Input pixel i meets output (i + before - tap * dilation) / stride; the extremes of that, outside [0, output).
    private static (int Before, int After) GradientReach(Extent extent)
    {
        int first = FloorDivide(extent.Before - (extent.Span - 1), extent.Stride);
        int last = (extent.Input - 1 + extent.Before) / extent.Stride;
        return (Math.Max(0, -first), Math.Max(0, last - (extent.Output - 1)));
    }

    private static int FloorDivide(int value, int divisor) => (value - (value % divisor + divisor) % divisor) / divisor;
}
