using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Moves a window of an image's size over the image and what lies around it.</summary>
internal static unsafe class WindowCopy
{
    /// <summary>y[row, column] = x[top + row, left + column], and what <paramref name="border"/> says where x has no such pixel.</summary>
    /// <param name="x">The image.</param>
    /// <param name="y">Receives the window; other memory than x.</param>
    /// <param name="grid">Of both.</param>
    /// <param name="top">The window's first row, which may lie outside; for <see cref="Border.Reflect"/> by less than the height.</param>
    /// <param name="left">Its first column, likewise.</param>
    /// <param name="border">What lies around the image.</param>
    /// <param name="value">The border's where that is <see cref="Border.Constant"/>.</param>
    public static void Copy(float* x, float* y, PixelGrid grid, int top, int left, Border border, float value)
    {
        float constant = border == Border.Constant ? value : 0;
        int before = Math.Clamp(-left, 0, grid.Width);
        int after = Math.Clamp(left, 0, grid.Width);
        for (int plane = 0; plane < grid.Planes; plane++)
        {
            for (int row = 0; row < grid.Height; row++)
            {
                float* target = grid.Row(y, plane, row);
                int sourceRow = BorderPadding.Source(border, top + row, grid.Height);
                if (sourceRow < 0)
                {
                    new Span<float>(target, grid.RowLength).Fill(constant);
                    continue;
                }

                float* source = grid.Row(x, plane, sourceRow);
                new ReadOnlySpan<float>(source + after * grid.Step, (grid.Width - before - after) * grid.Step).CopyTo(
                    new Span<float>(target + before * grid.Step, grid.RowLength)
                );
                CopyBorder(source, target, grid, left, 0, before, border, constant);
                CopyBorder(source, target, grid, left, grid.Width - after, grid.Width, border, constant);
            }
        }
    }

    /// <summary>Pixels [from, to) of a row, all of the border.</summary>
    private static void CopyBorder(float* source, float* target, PixelGrid grid, int left, int from, int to, Border border, float constant)
    {
        for (int column = from; column < to; column++)
        {
            int sourceColumn = BorderPadding.Source(border, left + column, grid.Width);
            for (int i = 0; i < grid.Step; i++)
            {
                target[column * grid.Step + i] = sourceColumn < 0 ? constant : source[sourceColumn * grid.Step + i];
            }
        }
    }
}
