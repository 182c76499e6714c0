using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Applies an activation to every element. The result may take the place of either input.</summary>
internal static unsafe class Activation
{
    public static void Forward<V, TActivation>(Planes x, Planes y)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        Rows.Join(ref x, ref y);
        int whole = x.RowLength - x.RowLength % V.Count;
        for (int plane = 0; plane < x.Count; plane++)
        {
            for (int row = 0; row < x.Height; row++)
            {
                float* source = x.Row(plane, row);
                float* target = y.Row(plane, row);
                Forward<V, TActivation>(source, target, 0, whole);
                Forward<F32x1, TActivation>(source, target, whole, x.RowLength);
            }
        }
    }

    /// <summary>From the activation's result <paramref name="y"/>: dx = dy * f'.</summary>
    public static void Backward<V, TActivation>(Planes y, Planes dy, Planes dx)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        Rows.Join(ref y, ref dy, ref dx);
        int whole = y.RowLength - y.RowLength % V.Count;
        for (int plane = 0; plane < y.Count; plane++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                float* result = y.Row(plane, row);
                float* gradient = dy.Row(plane, row);
                float* target = dx.Row(plane, row);
                Backward<V, TActivation>(result, gradient, target, 0, whole);
                Backward<F32x1, TActivation>(result, gradient, target, whole, y.RowLength);
            }
        }
    }

    /// <summary>The gradient of a ReLU that was fused into the operation before it, in place: dy = y > 0 ? dy : 0.</summary>
    public static void Rectify<V>(Planes y, Planes dy)
        where V : struct, IVector<V> => Backward<V, ReLUFunction>(y, dy, dy);

    private static void Forward<V, TActivation>(float* x, float* y, int from, int to)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        for (nint i = from; i < to; i += V.Count)
        {
            TActivation.Forward(V.Load(x + i)).Store(y + i);
        }
    }

    private static void Backward<V, TActivation>(float* y, float* dy, float* dx, int from, int to)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        for (nint i = from; i < to; i += V.Count)
        {
            TActivation.Backward(V.Load(y + i), V.Load(dy + i)).Store(dx + i);
        }
    }
}
