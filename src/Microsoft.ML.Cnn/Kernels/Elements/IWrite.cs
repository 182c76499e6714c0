using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Whether a result replaces what is in memory or is added to it.</summary>
internal unsafe interface IWrite
{
    static abstract void To<V>(float* target, V value)
        where V : struct, IVector<V>;
}

internal readonly unsafe struct Overwrite : IWrite
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To<V>(float* target, V value)
        where V : struct, IVector<V> => value.Store(target);
}

internal readonly unsafe struct Accumulate : IWrite
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To<V>(float* target, V value)
        where V : struct, IVector<V> => (V.Load(target) + value).Store(target);
}
