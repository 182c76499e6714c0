using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Applies an activation to every element. The result may take the place of either input.</summary>
internal static unsafe class Activation
{
    public static void Forward<V, TActivation>(Planes x, Planes y, TActivation activation = default)
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
                Forward<V, TActivation>(source, target, 0, whole, activation);
                Forward<F32x1, TActivation>(source, target, whole, x.RowLength, activation);
            }
        }
    }

    /// <summary>From what training <paramref name="kept"/>, the activation's result or its input: dx = dy * f'.</summary>
    public static void Backward<V, TActivation>(Planes kept, Planes dy, Planes dx, TActivation activation = default)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        Rows.Join(ref kept, ref dy, ref dx);
        int whole = kept.RowLength - kept.RowLength % V.Count;
        for (int plane = 0; plane < kept.Count; plane++)
        {
            for (int row = 0; row < kept.Height; row++)
            {
                float* values = kept.Row(plane, row);
                float* gradient = dy.Row(plane, row);
                float* target = dx.Row(plane, row);
                Backward<V, TActivation>(values, gradient, target, 0, whole, activation);
                Backward<F32x1, TActivation>(values, gradient, target, whole, kept.RowLength, activation);
            }
        }
    }

    /// <summary>The gradient of a ReLU that was fused into the operation before it, in place: dy = y > 0 ? dy : 0.</summary>
    public static void Rectify<V>(Planes y, Planes dy)
        where V : struct, IVector<V> => Backward<V, ReLUFunction>(y, dy, dy);

    private static void Forward<V, TActivation>(float* x, float* y, int from, int to, TActivation activation)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        for (nint i = from; i < to; i += V.Count)
        {
            activation.Forward(V.Load(x + i)).Store(y + i);
        }
    }

    private static void Backward<V, TActivation>(float* kept, float* dy, float* dx, int from, int to, TActivation activation)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        for (nint i = from; i < to; i += V.Count)
        {
            activation.Backward(V.Load(kept + i), V.Load(dy + i)).Store(dx + i);
        }
    }
}
