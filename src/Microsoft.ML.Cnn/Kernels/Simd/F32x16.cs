using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>16 lanes of 512 bits: AVX-512.</summary>
internal readonly unsafe struct F32x16(Vector512<float> lanes) : IVector<F32x16>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> lanes = lanes;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    // 32 registers: 28 accumulators, two of B, one of A.
    public static int TileRows
    {
        [MethodImpl(Inline)]
        get => 14;
    }

    [MethodImpl(Inline)]
    public static F32x16 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static F32x16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public void Store(float* destination) => lanes.Store(destination);

    [MethodImpl(Inline)]
    public void StoreStreaming(float* destination)
    {
        if ((nint)destination % (Count * sizeof(float)) == 0)
        {
            lanes.StoreAlignedNonTemporal(destination);
        }
        else
        {
            lanes.Store(destination);
        }
    }

    [MethodImpl(Inline)]
    public static void EndStreaming()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }

    [MethodImpl(Inline)]
    public static F32x16 operator +(F32x16 left, F32x16 right) => new(left.lanes + right.lanes);

    [MethodImpl(Inline)]
    public static F32x16 operator -(F32x16 left, F32x16 right) => new(left.lanes - right.lanes);

    [MethodImpl(Inline)]
    public static F32x16 operator *(F32x16 left, F32x16 right) => new(left.lanes * right.lanes);

    [MethodImpl(Inline)]
    public static F32x16 operator /(F32x16 left, F32x16 right) => new(left.lanes / right.lanes);

    [MethodImpl(Inline)]
    public static F32x16 MultiplyAdd(F32x16 left, F32x16 right, F32x16 addend) =>
        new(Vector512.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(Inline)]
    public static F32x16 Max(F32x16 left, F32x16 right) => new(Vector512.MaxNative(left.lanes, right.lanes));

    [MethodImpl(Inline)]
    public static F32x16 Min(F32x16 left, F32x16 right) => new(Vector512.MinNative(left.lanes, right.lanes));

    [MethodImpl(Inline)]
    public static F32x16 Sqrt(F32x16 vector) => new(Vector512.Sqrt(vector.lanes));

    [MethodImpl(Inline)]
    public static F32x16 ScaleByPowerOfTwo(F32x16 vector, F32x16 power) =>
        new((vector.lanes.AsInt32() + Vector512.ShiftLeft(Vector512.ConvertToInt32Native(power.lanes), 23)).AsSingle());

    [MethodImpl(Inline)]
    public static F32x16 SelectEqual(F32x16 left, F32x16 right, F32x16 yes, F32x16 no) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(left.lanes, right.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static F32x16 SelectGreater(F32x16 left, F32x16 right, F32x16 yes, F32x16 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.lanes, right.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static F32x16 Uniform(uint key, uint counter)
    {
        Vector512<uint> bits = (Vector512.Create(counter) + Vector512<uint>.Indices) * RandomBits.Weyl ^ Vector512.Create(key);
        bits = (bits ^ Vector512.ShiftRightLogical(bits, 16)) * RandomBits.Multiplier1;
        bits = (bits ^ Vector512.ShiftRightLogical(bits, 15)) * RandomBits.Multiplier2;
        bits ^= Vector512.ShiftRightLogical(bits, 16);
        return new(Vector512.ConvertToSingle(Vector512.ShiftRightLogical(bits, 8).AsInt32()) * RandomBits.ToUnit);
    }

    [MethodImpl(Inline)]
    public static float Sum(F32x16 vector) => Vector512.Sum(vector.lanes);

    [MethodImpl(Inline)]
    public static F32x16 LoadQuads(float* source, nint pitch) =>
        new(
            Vector512.Create(
                Vector256.Create(Vector128.Load(source), Vector128.Load(source + pitch)),
                Vector256.Create(Vector128.Load(source + 2 * pitch), Vector128.Load(source + 3 * pitch))
            )
        );

    [MethodImpl(Inline)]
    public static F32x16 InterleaveLow(F32x16 left, F32x16 right) =>
        Avx512F.IsSupported
            ? new(Avx512F.UnpackLow(left.lanes, right.lanes))
            : Join(F32x8.InterleaveLow(left.Lower, right.Lower), F32x8.InterleaveLow(left.Upper, right.Upper));

    [MethodImpl(Inline)]
    public static F32x16 InterleaveHigh(F32x16 left, F32x16 right) =>
        Avx512F.IsSupported
            ? new(Avx512F.UnpackHigh(left.lanes, right.lanes))
            : Join(F32x8.InterleaveHigh(left.Lower, right.Lower), F32x8.InterleaveHigh(left.Upper, right.Upper));

    [MethodImpl(Inline)]
    public static void PrefetchAhead(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    private F32x8 Lower
    {
        [MethodImpl(Inline)]
        get => new(lanes.GetLower());
    }

    private F32x8 Upper
    {
        [MethodImpl(Inline)]
        get => new(lanes.GetUpper());
    }

    [MethodImpl(Inline)]
    private static F32x16 Join(F32x8 lower, F32x8 upper) => new(Vector512.Create(lower.AsVector256(), upper.AsVector256()));
}
