using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>e^x / sum of e^x over a row of classes, with the greatest x taken from all first, so that nothing overflows.</summary>
internal static unsafe class Softmax
{
    /// <summary>Rows of <paramref name="classes"/> values; y may take the place of x.</summary>
    public static void Forward<V>(int rows, int classes, float* x, nint pitch, float* y, nint resultPitch)
        where V : struct, IVector<V>
    {
        for (int row = 0; row < rows; row++)
        {
            float* result = y + row * resultPitch;
            float sum = Exponentials<V>(x + row * pitch, classes, Greatest<V>(x + row * pitch, classes), result);
            Scale<V>(result, classes, 1 / sum);
        }
    }

    /// <summary>The greatest value of a row. NaN may be passed over here: the exponentials bring it to light.</summary>
    public static float Greatest<V>(float* x, int count)
        where V : struct, IVector<V>
    {
        float greatest = x[0];
        int whole = count - count % V.Count;
        if (whole > 0)
        {
            V lanes = V.Load(x);
            for (nint i = V.Count; i < whole; i += V.Count)
            {
                lanes = V.Max(lanes, V.Load(x + i));
            }

            float* spread = stackalloc float[V.Count];
            lanes.Store(spread);
            greatest = GreatestOf(greatest, spread, 0, V.Count);
        }

        return GreatestOf(greatest, x, whole, count);
    }

    /// <summary>y = e^(x - greatest), and the sum of the row.</summary>
    public static float Exponentials<V>(float* x, int count, float greatest, float* y)
        where V : struct, IVector<V>
    {
        // Few classes have no whole vector: four by four then, since an exponential of one costs as much.
        int whole = count - count % V.Count;
        int quads = count - (count - whole) % F32x4.Count;
        float sum = V.Sum(Exponentials<V>(x, greatest, y, 0, whole));
        sum += F32x4.Sum(Exponentials<F32x4>(x, greatest, y, whole, quads));
        return sum + F32x1.Sum(Exponentials<F32x1>(x, greatest, y, quads, count));
    }

    /// <summary>y *= factor.</summary>
    public static void Scale<V>(float* y, int count, float factor)
        where V : struct, IVector<V>
    {
        int whole = count - count % V.Count;
        Scale<V>(y, factor, 0, whole);
        Scale<F32x1>(y, factor, whole, count);
    }

    /// <summary>y -= term.</summary>
    public static void Subtract<V>(float* y, int count, float term)
        where V : struct, IVector<V>
    {
        int whole = count - count % V.Count;
        Subtract<V>(y, term, 0, whole);
        Subtract<F32x1>(y, term, whole, count);
    }

    private static float GreatestOf(float greatest, float* x, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            greatest = x[i] > greatest ? x[i] : greatest;
        }

        return greatest;
    }

    private static V Exponentials<V>(float* x, float greatest, float* y, int from, int to)
        where V : struct, IVector<V>
    {
        V sum = V.Broadcast(0);
        for (nint i = from; i < to; i += V.Count)
        {
            V exponential = Exponential.Of(V.Load(x + i) - V.Broadcast(greatest));
            exponential.Store(y + i);
            sum += exponential;
        }

        return sum;
    }

    private static void Scale<V>(float* y, float factor, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            (V.Load(y + i) * V.Broadcast(factor)).Store(y + i);
        }
    }

    private static void Subtract<V>(float* y, float term, int from, int to)
        where V : struct, IVector<V>
    {
        for (nint i = from; i < to; i += V.Count)
        {
            (V.Load(y + i) - V.Broadcast(term)).Store(y + i);
        }
    }
}
