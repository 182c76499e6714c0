using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Optimizers;

/// <summary>g += decay * p; s += g^2; p -= rate * g / (root(s) + epsilon)</summary>
internal readonly unsafe struct AdaGradDescent(float* parameters, float* gradients, float* squares, float rate, float epsilon, float decay)
    : IDescentRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<V>(nint index)
        where V : struct, IVector<V>
    {
        V parameter = V.Load(parameters + index);
        V gradient = V.MultiplyAdd(V.Broadcast(decay), parameter, V.Load(gradients + index));
        V square = V.MultiplyAdd(gradient, gradient, V.Load(squares + index));
        square.Store(squares + index);
        V direction = gradient / (V.Sqrt(square) + V.Broadcast(epsilon));
        V.MultiplyAdd(V.Broadcast(-rate), direction, parameter).Store(parameters + index);
    }
}
