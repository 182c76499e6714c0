using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>p -= rate * (g + decay * p)</summary>
internal readonly unsafe struct GradientDescent(float* parameters, float* gradients, float rate, float decay) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients + index));
        V.MultiplyAdd(V.Broadcast(-rate), decayed, parameter).Store(parameters + index);
    }
}

/// <summary>v = momentum * v + g + decay * p; p -= rate * v</summary>
internal readonly unsafe struct MomentumDescent(
    float* parameters,
    float* gradients,
    float* velocity,
    float rate,
    float decay,
    float momentum
) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients + index));
        V direction = V.MultiplyAdd(V.Broadcast(momentum), V.Load(velocity + index), decayed);
        direction.Store(velocity + index);
        V.MultiplyAdd(V.Broadcast(-rate), direction, parameter).Store(parameters + index);
    }
}

/// <summary>g += decay * p; v = momentum * v + g; p -= rate * (g + momentum * v)</summary>
internal readonly unsafe struct NesterovDescent(
    float* parameters,
    float* gradients,
    float* velocity,
    float rate,
    float decay,
    float momentum
) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients + index));
        V next = V.MultiplyAdd(V.Broadcast(momentum), V.Load(velocity + index), decayed);
        next.Store(velocity + index);
        V direction = V.MultiplyAdd(V.Broadcast(momentum), next, decayed);
        V.MultiplyAdd(V.Broadcast(-rate), direction, parameter).Store(parameters + index);
    }
}
