using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>8 lanes of 256 bits: AVX2 with FMA.</summary>
internal readonly unsafe struct F32x8(Vector256<float> lanes) : IVector<F32x8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> lanes = lanes;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    // 16 registers: 12 accumulators, two of B, one of A.
    public static int TileRows
    {
        [MethodImpl(Inline)]
        get => 6;
    }

    [MethodImpl(Inline)]
    public static F32x8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static F32x8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public void Store(float* destination) => lanes.Store(destination);

    [MethodImpl(Inline)]
    public void StoreStreaming(float* destination) => Store(destination);

    [MethodImpl(Inline)]
    public static void EndStreaming() { }

    [MethodImpl(Inline)]
    public static F32x8 operator +(F32x8 left, F32x8 right) => new(left.lanes + right.lanes);

    [MethodImpl(Inline)]
    public static F32x8 operator -(F32x8 left, F32x8 right) => new(left.lanes - right.lanes);

    [MethodImpl(Inline)]
    public static F32x8 operator *(F32x8 left, F32x8 right) => new(left.lanes * right.lanes);

    [MethodImpl(Inline)]
    public static F32x8 operator /(F32x8 left, F32x8 right) => new(left.lanes / right.lanes);

    [MethodImpl(Inline)]
    public static F32x8 MultiplyAdd(F32x8 left, F32x8 right, F32x8 addend) =>
        new(Vector256.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(Inline)]
    public static F32x8 Max(F32x8 left, F32x8 right) => new(Vector256.MaxNative(left.lanes, right.lanes));

    [MethodImpl(Inline)]
    public static F32x8 Min(F32x8 left, F32x8 right) => new(Vector256.MinNative(left.lanes, right.lanes));

    [MethodImpl(Inline)]
    public static F32x8 Sqrt(F32x8 vector) => new(Vector256.Sqrt(vector.lanes));

    [MethodImpl(Inline)]
    public static F32x8 ScaleByPowerOfTwo(F32x8 vector, F32x8 power) =>
        new((vector.lanes.AsInt32() + Vector256.ShiftLeft(Vector256.ConvertToInt32Native(power.lanes), 23)).AsSingle());

    [MethodImpl(Inline)]
    public static F32x8 SelectEqual(F32x8 left, F32x8 right, F32x8 yes, F32x8 no) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(left.lanes, right.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static F32x8 SelectGreater(F32x8 left, F32x8 right, F32x8 yes, F32x8 no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(left.lanes, right.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static F32x8 Uniform(uint key, uint counter)
    {
        Vector256<uint> bits = (Vector256.Create(counter) + Vector256<uint>.Indices) * RandomBits.Weyl ^ Vector256.Create(key);
        bits = (bits ^ Vector256.ShiftRightLogical(bits, 16)) * RandomBits.Multiplier1;
        bits = (bits ^ Vector256.ShiftRightLogical(bits, 15)) * RandomBits.Multiplier2;
        bits ^= Vector256.ShiftRightLogical(bits, 16);
        return new(Vector256.ConvertToSingle(Vector256.ShiftRightLogical(bits, 8).AsInt32()) * RandomBits.ToUnit);
    }

    [MethodImpl(Inline)]
    public static float Sum(F32x8 vector) => Vector256.Sum(vector.lanes);

    [MethodImpl(Inline)]
    public static F32x8 LoadQuads(float* source, nint pitch) =>
        new(Vector256.Create(Vector128.Load(source), Vector128.Load(source + pitch)));

    [MethodImpl(Inline)]
    public static F32x8 InterleaveLow(F32x8 left, F32x8 right) =>
        Avx.IsSupported
            ? new(Avx.UnpackLow(left.lanes, right.lanes))
            : Join(F32x4.InterleaveLow(left.Lower, right.Lower), F32x4.InterleaveLow(left.Upper, right.Upper));

    [MethodImpl(Inline)]
    public static F32x8 InterleaveHigh(F32x8 left, F32x8 right) =>
        Avx.IsSupported
            ? new(Avx.UnpackHigh(left.lanes, right.lanes))
            : Join(F32x4.InterleaveHigh(left.Lower, right.Lower), F32x4.InterleaveHigh(left.Upper, right.Upper));

    [MethodImpl(Inline)]
    public Vector256<float> AsVector256() => lanes;

    [MethodImpl(Inline)]
    public static void PrefetchAhead(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    private F32x4 Lower
    {
        [MethodImpl(Inline)]
        get => new(lanes.GetLower());
    }

    private F32x4 Upper
    {
        [MethodImpl(Inline)]
        get => new(lanes.GetUpper());
    }

    [MethodImpl(Inline)]
    private static F32x8 Join(F32x4 lower, F32x4 upper) => new(Vector256.Create(lower.AsVector128(), upper.AsVector128()));
}
