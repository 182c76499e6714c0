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
/// <param name="LooksAhead">Whether the direction is Nesterov's.</param>
internal readonly record struct MomentumStep(float Decay, float Momentum, float Gain, float Rate, bool LooksAhead)
{
    /// <summary>The share of the gradient, gain included, in the direction.</summary>
    public float GradientShare => LooksAhead ? 1 : 0;

    /// <summary>The share of the new velocity in the direction.</summary>
    public float VelocityShare => LooksAhead ? Momentum : 1;
}

/// <summary>g = gain * (g + decay * p); v = momentum * v + g; p -= rate * v, or p -= rate * (g + momentum * v) to look ahead</summary>
internal readonly unsafe struct MomentumDescent(float* parameters, float* gradients, float* velocity, MomentumStep step) : IDescentRule
{
    private readonly float gradientShare = step.GradientShare;
    private readonly float velocityShare = step.VelocityShare;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V decayed = V.MultiplyAdd(V.Broadcast(step.Decay), parameter, V.Load(gradients + index));
        V push = V.Broadcast(step.Gain) * decayed;
        V next = V.MultiplyAdd(V.Broadcast(step.Momentum), V.Load(velocity + index), push);
        next.Store(velocity + index);
        V direction = V.MultiplyAdd(V.Broadcast(velocityShare), next, V.Broadcast(gradientShare) * push);
        V.MultiplyAdd(V.Broadcast(-step.Rate), direction, parameter).Store(parameters + index);
    }
}
