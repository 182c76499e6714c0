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

/// <summary>The numbers of one step with a velocity.</summary>
/// <param name="Decay">Added to the gradient, times the parameter.</param>
/// <param name="Momentum">The share of the velocity that is kept.</param>
/// <param name="Gain">What the gradient is multiplied by on its way into the velocity.</param>
/// <param name="Rate">What the direction is multiplied by on its way into the parameter.</param>
internal readonly record struct MomentumStep(float Decay, float Momentum, float Gain, float Rate);

/// <summary>Which way a velocity points.</summary>
internal interface IDirection
{
    /// <summary>The direction of the step.</summary>
    /// <param name="push">What was added to the velocity.</param>
    /// <param name="velocity">The sum.</param>
    /// <param name="momentum">The share of it that will be kept.</param>
    static abstract V Of<V>(V push, V velocity, V momentum)
        where V : struct, IVector<V>;
}

/// <summary>The velocity itself.</summary>
internal readonly struct AlongVelocity : IDirection
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V push, V velocity, V momentum)
        where V : struct, IVector<V> => velocity;
}

/// <summary>Nesterov's: push + momentum * velocity</summary>
internal readonly struct AheadOfVelocity : IDirection
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V push, V velocity, V momentum)
        where V : struct, IVector<V> => V.MultiplyAdd(momentum, velocity, push);
}

/// <summary>g = gain * (g + decay * p); v = momentum * v + g; p -= rate * direction</summary>
internal readonly unsafe struct MomentumDescent<TDirection>(float* parameters, float* gradients, float* velocity, MomentumStep step)
    : IDescentRule
    where TDirection : struct, IDirection
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V momentum = V.Broadcast(step.Momentum);
        V push = V.Broadcast(step.Gain) * V.MultiplyAdd(V.Broadcast(step.Decay), parameter, V.Load(gradients + index));
        V next = V.MultiplyAdd(momentum, V.Load(velocity + index), push);
        next.Store(velocity + index);
        V.MultiplyAdd(V.Broadcast(-step.Rate), TDirection.Of(push, next, momentum), parameter).Store(parameters + index);
    }
}
