using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Mirrors an image in place.</summary>
internal static unsafe class Flip
{
    /// <summary>Left becomes right.</summary>
    public static void Horizontal(float* image, PixelGrid grid)
    {
        for (int row = 0; row < grid.Planes * grid.Height; row++)
        {
            // All values of the row in reverse, and those of each pixel in reverse once more.
            Span<float> values = new(image + row * grid.RowLength, grid.RowLength);
            values.Reverse();
            if (grid.Step > 1)
            {
                ReversePixels(values, grid.Step);
            }
        }
    }

    /// <summary>Above becomes below.</summary>
    public static void Vertical<V>(float* image, PixelGrid grid)
        where V : struct, IVector<V>
    {
        int whole = grid.RowLength - grid.RowLength % V.Count;
        for (int plane = 0; plane < grid.Planes; plane++)
        {
            for (int row = 0; row < grid.Height / 2; row++)
            {
                float* upper = grid.Row(image, plane, row);
                float* lower = grid.Row(image, plane, grid.Height - 1 - row);
                Swap<V>(upper, lower, 0, whole);
                Swap<F32x1>(upper, lower, whole, grid.RowLength);
            }
        }
    }

    private static void ReversePixels(Span<float> values, int step)
    {
        if (step == 3)
        {
            for (int i = 2; i < values.Length; i += 3)
            {
                (values[i - 2], values[i]) = (values[i], values[i - 2]);
            }

            return;
        }

        for (; values.Length > 0; values = values[step..])
        {
            values[..step].Reverse();
        }
    }

    private static void Swap<V>(float* a, float* b, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            V value = V.Load(a + i);
            V.Load(b + i).Store(a + i);
            value.Store(b + i);
        }
    }
}
