using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>
/// What random numbers of a row follow from: not its place in a batch or an epoch, which changes, but its identity in the data, which it keeps in every pass.
/// </summary>
internal static class RowKeys
{
    private static readonly uint purpose = RandomBits.Key("augmentation");

    /// <summary>Of the two halves of an ML.NET row's identity; the low one is the row's number in the data where data are files or lists.</summary>
    public static uint Of(ulong low, ulong high) =>
        RandomBits.Key(RandomBits.Key((uint)high, (uint)(high >> 32)), (uint)low, (uint)(low >> 32));

    /// <summary>The key of all random numbers of a row in an epoch.</summary>
    /// <param name="seed">Of the training.</param>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="row">The row's own.</param>
    public static uint InEpoch(int seed, int epoch, uint row) => RandomBits.Key(RandomBits.Key((uint)seed, purpose), (uint)epoch, row);
}
