using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>Gradient descent over a flat range, element by element: the same bits on every width.</summary>
internal static unsafe class SgdKernel
{
    /// <summary>p -= rate * (g + decay * p)</summary>
    public static void Descend<V>(float* parameters, float* gradients, int length, float rate, float decay)
        where V : struct, IVector<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            Descend(V.Load(parameters + i), V.Load(gradients + i), rate, decay).Store(parameters + i);
        }

        for (; i < length; i++)
        {
            Descend(F32x1.Load(parameters + i), F32x1.Load(gradients + i), rate, decay).Store(parameters + i);
        }
    }

    /// <summary>v = momentum * v + g + decay * p; p -= rate * v</summary>
    public static void DescendMomentum<V>(
        float* parameters,
        float* gradients,
        float* velocity,
        int length,
        float rate,
        float decay,
        float momentum
    )
        where V : struct, IVector<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            Momentum<V>(parameters + i, gradients + i, velocity + i, rate, decay, momentum);
        }

        for (; i < length; i++)
        {
            Momentum<F32x1>(parameters + i, gradients + i, velocity + i, rate, decay, momentum);
        }
    }

    /// <summary>g += decay * p; v = momentum * v + g; p -= rate * (g + momentum * v)</summary>
    public static void DescendNesterov<V>(
        float* parameters,
        float* gradients,
        float* velocity,
        int length,
        float rate,
        float decay,
        float momentum
    )
        where V : struct, IVector<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            Nesterov<V>(parameters + i, gradients + i, velocity + i, rate, decay, momentum);
        }

        for (; i < length; i++)
        {
            Nesterov<F32x1>(parameters + i, gradients + i, velocity + i, rate, decay, momentum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Descend<V>(V parameter, V gradient, float rate, float decay)
        where V : struct, IVector<V>
    {
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, gradient);
        return V.MultiplyAdd(V.Broadcast(-rate), decayed, parameter);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Momentum<V>(float* parameters, float* gradients, float* velocity, float rate, float decay, float momentum)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters);
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients));
        V direction = V.MultiplyAdd(V.Broadcast(momentum), V.Load(velocity), decayed);
        direction.Store(velocity);
        V.MultiplyAdd(V.Broadcast(-rate), direction, parameter).Store(parameters);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Nesterov<V>(float* parameters, float* gradients, float* velocity, float rate, float decay, float momentum)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters);
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients));
        V next = V.MultiplyAdd(V.Broadcast(momentum), V.Load(velocity), decayed);
        next.Store(velocity);
        V direction = V.MultiplyAdd(V.Broadcast(momentum), next, decayed);
        V.MultiplyAdd(V.Broadcast(-rate), direction, parameter).Store(parameters);
    }
}
