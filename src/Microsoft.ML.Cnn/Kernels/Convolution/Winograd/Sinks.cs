using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>What happens to the results of a transform on their way into memory.</summary>
internal unsafe interface ISink<V>
    where V : struct, IVector<V>
{
    /// <summary>Whether what is in memory counts.</summary>
    static abstract bool ReadsTarget { get; }

    void Write(float* target, V value);
}

/// <summary>They replace what is there.</summary>
internal readonly unsafe struct PlainSink<V> : ISink<V>
    where V : struct, IVector<V>
{
    public static bool ReadsTarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(float* target, V value) => value.Store(target);
}

/// <summary>They replace what is there, past the caches.</summary>
internal readonly unsafe struct StreamingSink<V> : ISink<V>
    where V : struct, IVector<V>
{
    public static bool ReadsTarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(float* target, V value) => value.StoreStreaming(target);
}

/// <summary>They are added to what is there.</summary>
internal readonly unsafe struct AddingSink<V> : ISink<V>
    where V : struct, IVector<V>
{
    public static bool ReadsTarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(float* target, V value) => (V.Load(target) + value).Store(target);
}

/// <summary>A bias is added, and they do not fall below a floor: max(floor, value + bias).</summary>
internal readonly unsafe struct BiasSink<V>(V bias, V floor) : ISink<V>
    where V : struct, IVector<V>
{
    private readonly V bias = bias;
    private readonly V floor = floor;

    public static bool ReadsTarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    // The second operand of Max keeps its NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(float* target, V value) => V.Max(floor, value + bias).Store(target);
}
