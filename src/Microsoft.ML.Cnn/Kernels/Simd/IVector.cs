using System.Numerics;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>
/// A register of single-precision lanes: the only thing that differs between instruction sets. Kernels are written once,
/// generic over it, and the JIT compiles them once for each struct that implements it. Every member must be marked
/// AggressiveInlining, getters too: one that is not costs most of the speed of the loop it stands in.
/// </summary>
internal unsafe interface IVector<TSelf>
    : IAdditionOperators<TSelf, TSelf, TSelf>,
        ISubtractionOperators<TSelf, TSelf, TSelf>,
        IMultiplyOperators<TSelf, TSelf, TSelf>,
        IDivisionOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IVector<TSelf>
{
    /// <summary>Lanes in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>The tallest tile of two vectors a row whose accumulators, operands and broadcast fit the register file.</summary>
    static abstract int TileRows { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* source);

    void Store(float* destination);

    /// <summary>
    /// As <see cref="Store"/>, past the caches where it fills a cache line: for results that are too many for them.
    /// <see cref="EndStreaming"/> makes them visible to other threads.
    /// </summary>
    void StoreStreaming(float* destination);

    /// <summary>Makes what <see cref="StoreStreaming"/> wrote visible, as other stores are.</summary>
    static abstract void EndStreaming();

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The greater of two lanes. Where <paramref name="right"/> is NaN so is the result, on every width.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Sqrt(TSelf vector);

    /// <summary>Per lane: <paramref name="vector"/> · 2^<paramref name="power"/>, for whole powers and where the result is neither too large nor denormal.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf vector, TSelf power);

    /// <summary>Per lane: <paramref name="left"/> equals <paramref name="right"/> ? <paramref name="yes"/> : <paramref name="no"/>.</summary>
    static abstract TSelf SelectEqual(TSelf left, TSelf right, TSelf yes, TSelf no);

    /// <summary>Per lane: <paramref name="left"/> is greater than <paramref name="right"/> ? <paramref name="yes"/> : <paramref name="no"/>.</summary>
    static abstract TSelf SelectGreater(TSelf left, TSelf right, TSelf yes, TSelf no);

    /// <summary>
    /// Uniform random numbers in [0, 1): lane i holds the hash of (<paramref name="key"/>, <paramref name="counter"/> + i),
    /// so that the numbers depend on neither the width of the vector nor the thread.
    /// </summary>
    static abstract TSelf Uniform(uint key, uint counter);

    /// <summary>The sum of the lanes, always added in the same order.</summary>
    static abstract float Sum(TSelf vector);

    /// <summary>
    /// Four lanes from each of a number of places: lanes 4i to 4i + 3 from <paramref name="source"/> + i * <paramref name="pitch"/>. With
    /// fewer than four lanes, as many from the first.
    /// </summary>
    static abstract TSelf LoadQuads(float* source, nint pitch);

    /// <summary>Of every four lanes: left 0, right 0, left 1, right 1. With fewer than four lanes, the left vector.</summary>
    static abstract TSelf InterleaveLow(TSelf left, TSelf right);

    /// <summary>Of every four lanes: left 2, right 2, left 3, right 3. With fewer than four lanes, the right vector.</summary>
    static abstract TSelf InterleaveHigh(TSelf left, TSelf right);

    /// <summary>Asks for a cache line that is needed in a microsecond or later, into the second cache level: more such requests may be under way.</summary>
    static abstract void PrefetchAhead(void* address);
}
