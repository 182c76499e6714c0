using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Draws a border around images: y is x with <c>padding</c> pixels more on each side. x may be the inner part of the same
/// memory, in which case y's border is the halo of x.
/// </summary>
internal static unsafe class BorderPadding
{
    /// <summary>Writes all of y; <paramref name="value"/> is the border's where that is <see cref="Border.Constant"/>.</summary>
    public static void Forward(Planes x, Planes y, Halo padding, Border border, float value)
    {
        Debug.Assert(y.Height == x.Height + padding.Top + padding.Bottom && y.Width == x.Width + padding.Left + padding.Right);
        float constant = border == Border.Constant ? value : 0;
        for (int plane = 0; plane < x.Count; plane++)
        {
            // The image first: the border is drawn from it.
            for (int row = 0; row < x.Height; row++)
            {
                Copy(x.Row(plane, row), y.Pixel(plane, row + padding.Top, padding.Left), x.RowLength);
            }

            for (int row = 0; row < y.Height; row++)
            {
                if (IsInside(row - padding.Top, x.Height))
                {
                    Draw(x, y, plane, row, 0, padding.Left, padding, border, constant);
                    Draw(x, y, plane, row, padding.Left + x.Width, y.Width, padding, border, constant);
                }
                else
                {
                    Draw(x, y, plane, row, 0, y.Width, padding, border, constant);
                }
            }
        }
    }

    /// <summary>
    /// Adds the gradient of the border's pixels to that of the pixels they were drawn from. dx is written whole; it may be the
    /// inner part of dy's memory.
    /// </summary>
    public static void Backward<V>(Planes dy, Planes dx, Halo padding, Border border)
        where V : struct, IVector<V>
    {
        for (int plane = 0; plane < dx.Count; plane++)
        {
            for (int row = 0; row < dx.Height; row++)
            {
                Copy(dy.Pixel(plane, row + padding.Top, padding.Left), dx.Row(plane, row), dx.RowLength);
            }

            if (border is Border.Zero or Border.Constant)
            {
                continue;
            }

            for (int row = 0; row < dy.Height; row++)
            {
                if (IsInside(row - padding.Top, dx.Height))
                {
                    Fold<V>(dy, dx, plane, row, 0, padding.Left, padding, border);
                    Fold<V>(dy, dx, plane, row, padding.Left + dx.Width, dy.Width, padding, border);
                }
                else
                {
                    Fold<V>(dy, dx, plane, row, 0, dy.Width, padding, border);
                }
            }
        }
    }

    /// <summary>Pixels [from, to) of a row, all of the border.</summary>
    private static void Draw(in Planes x, in Planes y, int plane, int row, int from, int to, Halo padding, Border border, float constant)
    {
        int sourceRow = Source(border, row - padding.Top, x.Height);
        for (int column = from; column < to; column++)
        {
            int sourceColumn = Source(border, column - padding.Left, x.Width);
            float* target = y.Pixel(plane, row, column);
            if (sourceRow < 0 || sourceColumn < 0)
            {
                new Span<float>(target, y.PixelLength).Fill(constant);
            }
            else
            {
                Copy(x.Pixel(plane, sourceRow, sourceColumn), target, y.PixelLength);
            }
        }
    }

    /// <summary>Pixels [from, to) of a row, all of the border.</summary>
    private static void Fold<V>(in Planes dy, in Planes dx, int plane, int row, int from, int to, Halo padding, Border border)
        where V : struct, IVector<V>
    {
        int sourceRow = Source(border, row - padding.Top, dx.Height);
        for (int column = from; column < to; column++)
        {
            int sourceColumn = Source(border, column - padding.Left, dx.Width);
            Add<V>(dy.Pixel(plane, row, column), dx.Pixel(plane, sourceRow, sourceColumn), dx.PixelLength);
        }
    }

    /// <summary>The pixel that a position shows, or -1 where it shows none; a position inside shows itself.</summary>
    public static int Source(Border border, int position, int length)
    {
        if (IsInside(position, length))
        {
            return position;
        }

        return border switch
        {
            Border.Replicate => position < 0 ? 0 : length - 1,
            Border.Reflect => position < 0 ? -position : 2 * (length - 1) - position,
            _ => -1,
        };
    }

    private static bool IsInside(int position, int length) => position >= 0 && position < length;

    private static void Copy(float* from, float* to, int length)
    {
        if (from != to)
        {
            new Span<float>(from, length).CopyTo(new Span<float>(to, length));
        }
    }

    private static void Add<V>(float* from, float* to, int length)
        where V : struct, IVector<V>
    {
        int whole = length - length % V.Count;
        Add<V>(from, to, 0, whole);
        Add<F32x1>(from, to, whole, length);
    }

    private static void Add<V>(float* from, float* to, int first, int end)
        where V : struct, IVector<V>
    {
        for (nint i = first; i < end; i += V.Count)
        {
            Accumulate.To(to + i, V.Load(from + i));
        }
    }
}
