using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>The numbers of one step of Adam.</summary>
/// <param name="Beta1">The share of the past in the first moment.</param>
/// <param name="Beta2">The share of the past in the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Rate">The learning rate over 1 - beta1^t.</param>
/// <param name="RootScale">1 over the root of 1 - beta2^t.</param>
/// <param name="GradientDecay">Added to the gradient, times the parameter.</param>
/// <param name="Keep">What the parameter is multiplied by before the step.</param>
internal readonly record struct AdamStep(
    float Beta1,
    float Beta2,
    float Epsilon,
    float Rate,
    float RootScale,
    float GradientDecay,
    float Keep
);

/// <summary>
/// g += decay * p; m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; p = keep * p - rate * m / (root(v) * scale + epsilon)
/// </summary>
internal readonly unsafe struct AdamDescent(float* parameters, float* gradients, float* first, float* second, AdamStep step) : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V gradient = V.MultiplyAdd(V.Broadcast(step.GradientDecay), parameter, V.Load(gradients + index));

        V mean = V.MultiplyAdd(V.Broadcast(step.Beta1), V.Load(first + index), V.Broadcast(1 - step.Beta1) * gradient);
        mean.Store(first + index);
        V square = V.MultiplyAdd(V.Broadcast(step.Beta2), V.Load(second + index), V.Broadcast(1 - step.Beta2) * (gradient * gradient));
        square.Store(second + index);

        V divisor = V.MultiplyAdd(V.Sqrt(square), V.Broadcast(step.RootScale), V.Broadcast(step.Epsilon));
        V.MultiplyAdd(V.Broadcast(-step.Rate), mean / divisor, parameter * V.Broadcast(step.Keep)).Store(parameters + index);
    }
}
