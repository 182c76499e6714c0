using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>One lane: what runs where nothing is accelerated, and what finishes the last few elements of a wider loop.</summary>
internal readonly unsafe struct F32x1(float lane) : IVector<F32x1>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly float lane = lane;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 1;
    }

    public static int TileRows
    {
        [MethodImpl(Inline)]
        get => 6;
    }

    [MethodImpl(Inline)]
    public static F32x1 Broadcast(float value) => new(value);

    [MethodImpl(Inline)]
    public static F32x1 Load(float* source) => new(*source);

    [MethodImpl(Inline)]
    public void Store(float* destination) => *destination = lane;

    [MethodImpl(Inline)]
    public void StoreStreaming(float* destination) => Store(destination);

    [MethodImpl(Inline)]
    public static void EndStreaming() { }

    [MethodImpl(Inline)]
    public static F32x1 operator +(F32x1 left, F32x1 right) => new(left.lane + right.lane);

    [MethodImpl(Inline)]
    public static F32x1 operator -(F32x1 left, F32x1 right) => new(left.lane - right.lane);

    [MethodImpl(Inline)]
    public static F32x1 operator *(F32x1 left, F32x1 right) => new(left.lane * right.lane);

    [MethodImpl(Inline)]
    public static F32x1 operator /(F32x1 left, F32x1 right) => new(left.lane / right.lane);

    [MethodImpl(Inline)]
    public static F32x1 MultiplyAdd(F32x1 left, F32x1 right, F32x1 addend) =>
        new(MathF.FusedMultiplyAdd(left.lane, right.lane, addend.lane));

    [MethodImpl(Inline)]
    public static F32x1 Max(F32x1 left, F32x1 right) => SelectGreater(left, right, left, right);

    [MethodImpl(Inline)]
    public static F32x1 Min(F32x1 left, F32x1 right) => SelectGreater(right, left, left, right);

    [MethodImpl(Inline)]
    public static F32x1 Sqrt(F32x1 vector) => new(MathF.Sqrt(vector.lane));

    [MethodImpl(Inline)]
    public static F32x1 ScaleByPowerOfTwo(F32x1 vector, F32x1 power) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(vector.lane) + ((int)power.lane << 23)));

    [MethodImpl(Inline)]
    public static F32x1 SelectEqual(F32x1 left, F32x1 right, F32x1 yes, F32x1 no) => left.lane == right.lane ? yes : no;

    [MethodImpl(Inline)]
    public static F32x1 SelectGreater(F32x1 left, F32x1 right, F32x1 yes, F32x1 no) => left.lane > right.lane ? yes : no;

    [MethodImpl(Inline)]
    public static F32x1 Uniform(uint key, uint counter) => new(RandomBits.Uniform(key, counter));

    [MethodImpl(Inline)]
    public static float Sum(F32x1 vector) => vector.lane;

    [MethodImpl(Inline)]
    public static F32x1 LoadQuads(float* source, nint pitch) => Load(source);

    [MethodImpl(Inline)]
    public static F32x1 InterleaveLow(F32x1 left, F32x1 right) => left;

    [MethodImpl(Inline)]
    public static F32x1 InterleaveHigh(F32x1 left, F32x1 right) => right;

    [MethodImpl(Inline)]
    public static void PrefetchAhead(void* address) { }
}
