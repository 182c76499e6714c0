using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>What the pooling layers have in common.</summary>
internal static class PoolingRule
{
    public static Shape Infer(Shape input, WindowGeometry window) =>
        input with
        {
            Height = window.Rows.Output,
            Width = window.Columns.Output,
        };

    /// <summary>Padding as wide as the window would make windows that see no pixel at all.</summary>
    public static Padding Narrow(Padding padding, Size2D kernel) =>
        Math.Max(padding.Top, padding.Bottom) < kernel.Height && Math.Max(padding.Left, padding.Right) < kernel.Width
            ? padding
            : throw new ArgumentOutOfRangeException(
                nameof(padding),
                padding,
                $"Each side must be narrower than the window of {kernel}, received {padding}: a window must see at least one pixel."
            );
}
