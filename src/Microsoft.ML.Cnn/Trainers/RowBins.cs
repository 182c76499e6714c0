using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Spreads rows over 1,024 bins by a hash of their identities, the same whatever order rows come in.</summary>
/// <param name="key">Another key spreads them otherwise.</param>
internal readonly struct RowBins(uint key)
{
    private const int Bits = 10;

    public const int Count = 1 << Bits;

    /// <summary>The bin of a row.</summary>
    public int Of(DataViewRowId id)
    {
        uint low = RandomBits.Key(key, (uint)id.Low, (uint)(id.Low >> 32));
        return (int)(RandomBits.Key(low, (uint)id.High, (uint)(id.High >> 32)) >> (32 - Bits));
    }
}
