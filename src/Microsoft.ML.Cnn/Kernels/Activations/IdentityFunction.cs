using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>x: where kernels that apply a function on their way have none to apply.</summary>
internal readonly struct IdentityFunction : IActivation
{
    public static bool ReadsInput
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Forward<V>(V x)
        where V : struct, IVector<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Backward<V>(V y, V dy)
        where V : struct, IVector<V> => dy;
}
