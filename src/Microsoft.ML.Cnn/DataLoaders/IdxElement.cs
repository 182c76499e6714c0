using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>The type of the values of an IDX file; the number is its code in the file. All are big-endian.</summary>
internal enum IdxElement
{
    UnsignedByte = 0x08,
    SignedByte = 0x09,
    Short = 0x0B,
    Int = 0x0C,
    Float = 0x0D,
    Double = 0x0E,
}

internal static class IdxElements
{
    public static int Size(this IdxElement element) =>
        element switch
        {
            IdxElement.Short => 2,
            IdxElement.Int or IdxElement.Float => 4,
            IdxElement.Double => 8,
            _ => 1,
        };

    public static bool IsInteger(this IdxElement element) => element <= IdxElement.Int;

    /// <summary>The one integer that <paramref name="raw"/> holds.</summary>
    public static int ToInt32(this IdxElement element, ReadOnlySpan<byte> raw) =>
        element switch
        {
            IdxElement.UnsignedByte => raw[0],
            IdxElement.SignedByte => (sbyte)raw[0],
            IdxElement.Short => BinaryPrimitives.ReadInt16BigEndian(raw),
            IdxElement.Int => BinaryPrimitives.ReadInt32BigEndian(raw),
            _ => throw new ArgumentOutOfRangeException(nameof(element), element, "Not an integer."),
        };

    /// <summary>Converts a row of values: <c>raw</c> holds <c>values.Length</c> elements. Int and double are rounded.</summary>
    public static void ToSingle(this IdxElement element, ReadOnlySpan<byte> raw, Span<float> values)
    {
        switch (element)
        {
            case IdxElement.UnsignedByte:
                BytesToSingle(raw, values);
                break;
            case IdxElement.SignedByte:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (sbyte)raw[i];
                }

                break;
            case IdxElement.Short:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadInt16BigEndian(raw[(2 * i)..]);
                }

                break;
            case IdxElement.Int:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadInt32BigEndian(raw[(4 * i)..]);
                }

                break;
            case IdxElement.Float:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadSingleBigEndian(raw[(4 * i)..]);
                }

                break;
            case IdxElement.Double:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadDoubleBigEndian(raw[(8 * i)..]);
                }

                break;
        }
    }

    // Images are bytes nearly always, and this is all the work there is in a row of them: sixteen pixels at a time.
    private static void BytesToSingle(ReadOnlySpan<byte> raw, Span<float> values)
    {
        raw = raw[..values.Length];
        ref byte from = ref MemoryMarshal.GetReference(raw);
        ref float to = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= raw.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            Store(low, ref to, i);
            Store(high, ref to, i + Vector128<ushort>.Count);
        }

        for (; i < raw.Length; i++)
        {
            values[i] = raw[i];
        }
    }

    private static void Store(Vector128<ushort> eight, ref float to, int at)
    {
        // As signed numbers, which every instruction set converts in one step; 0 to 255 are the same in both.
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(eight);
        Vector128.ConvertToSingle(low.AsInt32()).StoreUnsafe(ref to, (nuint)at);
        Vector128.ConvertToSingle(high.AsInt32()).StoreUnsafe(ref to, (nuint)(at + Vector128<float>.Count));
    }
}
