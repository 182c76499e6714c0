using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>The numbers of one step of RMSProp.</summary>
/// <param name="Alpha">The share of the past in the means.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Decay">Added to the gradient, times the parameter.</param>
/// <param name="Momentum">The share of the velocity that is kept.</param>
internal readonly record struct RMSPropStep(float Alpha, float Epsilon, float Rate, float Decay, float Momentum);

/// <summary>What RMSProp keeps of the past, where it is asked to.</summary>
/// <param name="squares">Means of squared gradients.</param>
/// <param name="means">Means of gradients; null if the second moment is not centered.</param>
/// <param name="velocity">Null without a momentum.</param>
internal readonly unsafe struct RMSPropMoments(float* squares, float* means, float* velocity)
{
    public readonly float* Squares = squares;
    public readonly float* Means = means;
    public readonly float* Velocity = velocity;
}

/// <summary>
/// g += decay * p; s = alpha * s + (1 - alpha) * g^2; centered: m = alpha * m + (1 - alpha) * g, and s - m^2 in place of s, at least 0, which
/// rounding might not leave it; d = g / (root(s) + epsilon); v = momentum * v + d; p -= rate * v, or rate * d without a momentum
/// </summary>
internal readonly unsafe struct RMSPropDescent(float* parameters, float* gradients, RMSPropMoments moments, RMSPropStep step) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V gradient = V.MultiplyAdd(V.Broadcast(step.Decay), parameter, V.Load(gradients + index));
        V fresh = V.Broadcast(1 - step.Alpha);
        V square = V.MultiplyAdd(V.Broadcast(step.Alpha), V.Load(moments.Squares + index), fresh * (gradient * gradient));
        square.Store(moments.Squares + index);
        if (moments.Means != null)
        {
            V mean = V.MultiplyAdd(V.Broadcast(step.Alpha), V.Load(moments.Means + index), fresh * gradient);
            mean.Store(moments.Means + index);
            square = V.Max(V.Broadcast(0), square - mean * mean);
        }

        V direction = gradient / (V.Sqrt(square) + V.Broadcast(step.Epsilon));
        if (moments.Velocity != null)
        {
            direction = V.MultiplyAdd(V.Broadcast(step.Momentum), V.Load(moments.Velocity + index), direction);
            direction.Store(moments.Velocity + index);
        }

        V.MultiplyAdd(V.Broadcast(-step.Rate), direction, parameter).Store(parameters + index);
    }
}
