using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>4 lanes of 128 bits: NEON, or SSE where there is nothing wider.</summary>
internal readonly unsafe struct F32x4(Vector128<float> lanes) : IVector<F32x4>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> lanes = lanes;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    // The 16 registers of SSE; NEON has 32 and could carry 14 rows.
    public static int TileRows
    {
        [MethodImpl(Inline)]
        get => 6;
    }

    [MethodImpl(Inline)]
    public static F32x4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static F32x4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public void Store(float* destination) => lanes.Store(destination);

    [MethodImpl(Inline)]
    public void StoreStreaming(float* destination) => Store(destination);

    [MethodImpl(Inline)]
    public static void EndStreaming() { }

    [MethodImpl(Inline)]
    public static F32x4 operator +(F32x4 left, F32x4 right) => new(left.lanes + right.lanes);

    [MethodImpl(Inline)]
    public static F32x4 operator -(F32x4 left, F32x4 right) => new(left.lanes - right.lanes);

    [MethodImpl(Inline)]
    public static F32x4 operator *(F32x4 left, F32x4 right) => new(left.lanes * right.lanes);

    [MethodImpl(Inline)]
    public static F32x4 operator /(F32x4 left, F32x4 right) => new(left.lanes / right.lanes);

    [MethodImpl(Inline)]
    public static F32x4 MultiplyAdd(F32x4 left, F32x4 right, F32x4 addend) =>
        new(Vector128.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(Inline)]
    public static F32x4 Max(F32x4 left, F32x4 right) => new(Vector128.MaxNative(left.lanes, right.lanes));

    [MethodImpl(Inline)]
    public static F32x4 Min(F32x4 left, F32x4 right) => new(Vector128.MinNative(left.lanes, right.lanes));

    [MethodImpl(Inline)]
    public static F32x4 Sqrt(F32x4 vector) => new(Vector128.Sqrt(vector.lanes));

    [MethodImpl(Inline)]
    public static F32x4 ScaleByPowerOfTwo(F32x4 vector, F32x4 power) =>
        new((vector.lanes.AsInt32() + Vector128.ShiftLeft(Vector128.ConvertToInt32Native(power.lanes), 23)).AsSingle());

    [MethodImpl(Inline)]
    public static F32x4 SelectEqual(F32x4 left, F32x4 right, F32x4 yes, F32x4 no) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(left.lanes, right.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static F32x4 SelectGreater(F32x4 left, F32x4 right, F32x4 yes, F32x4 no) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(left.lanes, right.lanes), yes.lanes, no.lanes));

    [MethodImpl(Inline)]
    public static F32x4 Uniform(uint key, uint counter)
    {
        Vector128<uint> bits = (Vector128.Create(counter) + Vector128<uint>.Indices) * RandomBits.Weyl ^ Vector128.Create(key);
        bits = (bits ^ Vector128.ShiftRightLogical(bits, 16)) * RandomBits.Multiplier1;
        bits = (bits ^ Vector128.ShiftRightLogical(bits, 15)) * RandomBits.Multiplier2;
        bits ^= Vector128.ShiftRightLogical(bits, 16);
        return new(Vector128.ConvertToSingle(Vector128.ShiftRightLogical(bits, 8).AsInt32()) * RandomBits.ToUnit);
    }

    [MethodImpl(Inline)]
    public static float Sum(F32x4 vector) => Vector128.Sum(vector.lanes);

    [MethodImpl(Inline)]
    public static F32x4 LoadQuads(float* source, nint pitch) => Load(source);

    [MethodImpl(Inline)]
    public static F32x4 InterleaveLow(F32x4 left, F32x4 right) =>
        Sse.IsSupported ? new(Sse.UnpackLow(left.lanes, right.lanes))
        : AdvSimd.Arm64.IsSupported ? new(AdvSimd.Arm64.ZipLow(left.lanes, right.lanes))
        : new(Vector128.Create(left.lanes[0], right.lanes[0], left.lanes[1], right.lanes[1]));

    [MethodImpl(Inline)]
    public static F32x4 InterleaveHigh(F32x4 left, F32x4 right) =>
        Sse.IsSupported ? new(Sse.UnpackHigh(left.lanes, right.lanes))
        : AdvSimd.Arm64.IsSupported ? new(AdvSimd.Arm64.ZipHigh(left.lanes, right.lanes))
        : new(Vector128.Create(left.lanes[2], right.lanes[2], left.lanes[3], right.lanes[3]));

    [MethodImpl(Inline)]
    public Vector128<float> AsVector128() => lanes;

    [MethodImpl(Inline)]
    public static void PrefetchAhead(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
