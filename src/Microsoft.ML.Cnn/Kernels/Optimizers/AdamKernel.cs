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

/// <summary>Adam and AdamW over a flat range, element by element: the same bits on every width.</summary>
internal static unsafe class AdamKernel
{
    /// <summary>
    /// g += decay * p; m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; p = keep * p - rate * m / (root(v) * scale + epsilon)
    /// </summary>
    public static void Descend<V>(float* parameters, float* gradients, float* first, float* second, int length, AdamStep step)
        where V : struct, IVector<V>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            Descend<V>(parameters + i, gradients + i, first + i, second + i, step);
        }

        for (; i < length; i++)
        {
            Descend<F32x1>(parameters + i, gradients + i, first + i, second + i, step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Descend<V>(float* parameters, float* gradients, float* first, float* second, AdamStep step)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters);
        V gradient = V.MultiplyAdd(V.Broadcast(step.GradientDecay), parameter, V.Load(gradients));

        V mean = V.MultiplyAdd(V.Broadcast(step.Beta1), V.Load(first), V.Broadcast(1 - step.Beta1) * gradient);
        mean.Store(first);
        V square = V.MultiplyAdd(V.Broadcast(step.Beta2), V.Load(second), V.Broadcast(1 - step.Beta2) * (gradient * gradient));
        square.Store(second);

        V divisor = V.MultiplyAdd(V.Sqrt(square), V.Broadcast(step.RootScale), V.Broadcast(step.Epsilon));
        V.MultiplyAdd(V.Broadcast(-step.Rate), mean / divisor, parameter * V.Broadcast(step.Keep)).Store(parameters);
    }
}
