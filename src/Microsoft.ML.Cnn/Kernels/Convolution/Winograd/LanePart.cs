using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>The first lanes of a vector, where there may be fewer channels than lanes: nothing beyond them is read or written.</summary>
internal static unsafe class LanePart
{
    /// <summary>The other lanes are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(float* source, int lanes)
        where V : struct, IVector<V> => lanes == V.Count ? V.Load(source) : LoadFew<V>(source, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(float* target, int lanes, V value)
        where V : struct, IVector<V>
    {
        if (lanes == V.Count)
        {
            value.Store(target);
        }
        else
        {
            StoreFew(target, lanes, value);
        }
    }

    [SkipLocalsInit]
    private static V LoadFew<V>(float* source, int lanes)
        where V : struct, IVector<V>
    {
        float* copy = stackalloc float[V.Count];
        V.Broadcast(0).Store(copy);
        new ReadOnlySpan<float>(source, lanes).CopyTo(new Span<float>(copy, V.Count));
        return V.Load(copy);
    }

    [SkipLocalsInit]
    private static void StoreFew<V>(float* target, int lanes, V value)
        where V : struct, IVector<V>
    {
        float* copy = stackalloc float[V.Count];
        value.Store(copy);
        new ReadOnlySpan<float>(copy, lanes).CopyTo(new Span<float>(target, lanes));
    }
}
