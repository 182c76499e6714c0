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

/// <summary>v = momentum * v + g + decay * p, which momentum and its form by Nesterov have in common.</summary>
internal readonly unsafe struct Velocity(float* parameters, float* gradients, float* velocity, float decay, float momentum)
{
    /// <summary>Changes one vector of it, from an index on, and gives it with the parameters and the gradient plus decay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (V Parameter, V Decayed, V Next) Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V decayed = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients + index));
        V next = V.MultiplyAdd(V.Broadcast(momentum), V.Load(velocity + index), decayed);
        next.Store(velocity + index);
        return (parameter, decayed, next);
    }
}

/// <summary>v as <see cref="Velocity"/>; p -= rate * v</summary>
internal readonly unsafe struct MomentumDescent(Velocity velocity, float* parameters, float rate) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        (V parameter, _, V next) = velocity.Step<V>(index);
        V.MultiplyAdd(V.Broadcast(-rate), next, parameter).Store(parameters + index);
    }
}

/// <summary>v as <see cref="Velocity"/>; p -= rate * (g + decay * p + momentum * v)</summary>
internal readonly unsafe struct NesterovDescent(Velocity velocity, float* parameters, float rate, float momentum) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        (V parameter, V decayed, V next) = velocity.Step<V>(index);
        V direction = V.MultiplyAdd(V.Broadcast(momentum), next, decayed);
        V.MultiplyAdd(V.Broadcast(-rate), direction, parameter).Store(parameters + index);
    }
}
