using System.Numerics;

namespace Microsoft.ML.Cnn.DataLoaders;

/// <summary>
/// An order of the rows 0 to n - 1 in which each stands exactly once, computed place by place: it takes a few numbers of memory whatever
/// n is.
/// </summary>
/// <remarks>
/// A Feistel network permutes the smallest range of 2^(2k) numbers that holds all rows. Where it leads to a number that is no row it is
/// applied again until it does (cycle walking), at most four times on average. John Black and Phillip Rogaway, "Ciphers with arbitrary
/// finite domains", CT-RSA 2002, sections 4 and 5.
/// </remarks>
internal sealed class RowPermutation
{
    private const int Rounds = 6;

    private readonly ulong _rows;
    private readonly int _halfBits;
    private readonly uint _halfMask;
    private readonly uint[] _keys = new uint[Rounds];

    public RowPermutation(long rows, Random random)
    {
        _rows = (ulong)rows;
        int bits = 64 - BitOperations.LeadingZeroCount(_rows - 1);
        _halfBits = Math.Max(1, (bits + 1) / 2);
        _halfMask = (uint)((1UL << _halfBits) - 1);
        for (int i = 0; i < Rounds; i++)
        {
            // Next is what generators derived from Random override, as ML.NET's own do; NextInt64 would not ask them.
            _keys[i] = ((uint)random.Next(1 << 16) << 16) | (uint)random.Next(1 << 16);
        }
    }

    /// <summary>The row at <paramref name="place"/>.</summary>
    public long this[long place]
    {
        get
        {
            ulong value = (ulong)place;
            do
            {
                value = Permute(value);
            } while (value >= _rows);

            return (long)value;
        }
    }

    private ulong Permute(ulong value)
    {
        uint left = (uint)(value >> _halfBits);
        uint right = (uint)value & _halfMask;
        foreach (uint key in _keys)
        {
            (left, right) = (right, (left ^ Mix(right ^ key)) & _halfMask);
        }

        return ((ulong)left << _halfBits) | right;
    }

    // Each bit of x changes each bit of the result, the low ones that the mask keeps too, in about half of all cases.
    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7FEB352Du;
        x = (x ^ (x >> 15)) * 0x846CA68Bu;
        return x ^ (x >> 16);
    }
}
