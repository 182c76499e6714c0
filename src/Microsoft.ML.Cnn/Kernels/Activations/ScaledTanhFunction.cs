using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// 1.7159 tanh(2x / 3), which maps 1 to 1 and -1 to -1: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning
/// applied to document recognition" (1998), appendix A.
/// </summary>
internal readonly struct ScaledTanhFunction : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    private const float Amplitude = 1.7159f;
    private const float Steepness = 2f / 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V> => V.Broadcast(Amplitude) * default(TanhFunction).Forward(x * V.Broadcast(Steepness));

    // A S (1 - tanh^2) with tanh = y / A.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V y, V dy)
        where V : struct, IVector<V> => dy * V.MultiplyAdd(V.Broadcast(-Steepness / Amplitude) * y, y, V.Broadcast(Amplitude * Steepness));
}
