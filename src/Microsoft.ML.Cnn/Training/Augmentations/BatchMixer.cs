using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>
/// Mixup: each row becomes lambda of itself and 1 - lambda of another of its batch, with lambda from Beta(alpha, alpha) for each pair. H. Zhang et al., "mixup: Beyond Empirical
/// Risk Minimization", 2018, equation 1.
/// </summary>
/// <remarks>
/// The rows of a batch form a ring, in the order of random numbers that follow from seed, epoch and each row's identity, as its lambda does; a row is blended with the next. So
/// each row is once the first and once the second of a pair, never paired with itself unless it is alone, and what becomes of a batch follows from the rows in it, in whatever order.
/// </remarks>
internal abstract unsafe class BatchMixer : IDisposable
{
    private static readonly uint purpose = RandomBits.Key("mixup");

    private readonly float alpha;
    private readonly int seed;
    private readonly ulong[] ring;
    private readonly float[] shares;
    private readonly AlignedBuffer firstRow;

    private BatchMixer(int batchSize, int rowLength, TrainingSettings settings)
    {
        (alpha, seed) = (settings.MixUp, settings.Seed);
        ring = new ulong[batchSize];
        shares = new float[batchSize];
        firstRow = new AlignedBuffer(rowLength);
    }

    /// <summary>What a training needs; null where it mixes nothing.</summary>
    /// <param name="batchSize">Rows of the largest batch.</param>
    /// <param name="rowLength">Pixels and targets of a row.</param>
    /// <param name="settings">Of the training.</param>
    public static BatchMixer? Create(int batchSize, int rowLength, TrainingSettings settings) =>
        settings.MixUp == 0 ? null : SimdDispatch.Run(settings.InstructionSet, new Factory(batchSize, rowLength, settings));

    /// <summary>Blends the rows of a batch in place.</summary>
    /// <param name="batch">With the keys of its rows.</param>
    /// <param name="epoch">Counted from 0.</param>
    /// <remarks>
    /// Classes of a row share its weight: that of the first is lambda times its own, that of the second 1 - lambda times its own. Targets become their mean by these weights, and the
    /// row has the sum of them.
    /// </remarks>
    public void Apply(Batch batch, int epoch)
    {
        int count = batch.Count;
        batch.SecondWeights.AsSpan(0, count).Clear();
        if (count < 2)
        {
            return;
        }

        Draw(batch, epoch);
        int first = (int)ring[0];
        Example begin = Example.Of(batch, first);
        batch.Row(first).CopyTo(new Span<float>(firstRow.Data, batch.RowLength));
        for (int i = 0; i < count - 1; i++)
        {
            int next = (int)ring[i + 1];
            Mix(batch, (int)ring[i], Example.Of(batch, next), batch.Pixels + (nint)next * batch.RowLength);
        }

        Mix(batch, (int)ring[count - 1], begin, firstRow.Data);
    }

    public void Dispose() => firstRow.Dispose();

    /// <summary>x = share * x + (1 - share) * y.</summary>
    private protected abstract void Blend(float* x, float* y, int length, float share);

    /// <summary>Fills the ring, a random number above a row's place in the batch, and the share that each row keeps.</summary>
    private void Draw(Batch batch, int epoch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            RandomDraws draws = new(RandomBits.Key(RowKeys.InEpoch(seed, epoch, batch.RowKeys[row]), purpose));
            ring[row] = (ulong)draws.Bits() << 32 | (uint)row;
            shares[row] = draws.SymmetricBeta(alpha);
        }

        Array.Sort(ring, 0, batch.Count);
    }

    private void Mix(Batch batch, int row, Example other, float* otherPixels)
    {
        float share = shares[row];
        float* pixels = batch.Pixels + (nint)row * batch.RowLength;
        Blend(pixels, otherPixels, batch.PixelsPerRow, share);
        float weight = share * batch.Weights[row];
        float otherWeight = (1 - share) * other.Weight;
        int targets = batch.RowLength - batch.PixelsPerRow;
        if (targets == 0)
        {
            batch.Weights[row] = weight;
            (batch.SecondLabels[row], batch.SecondWeights[row]) = (other.Label, otherWeight);
            return;
        }

        // Targets of two rows that count for nothing are blended as their pixels are: they count for nothing, but are numbers.
        float sum = weight + otherWeight;
        batch.Weights[row] = sum;
        Blend(batch.Targets(row), otherPixels + batch.PixelsPerRow, targets, sum > 0 ? weight / sum : share);
    }

    /// <summary>What a row stands for before it is mixed.</summary>
    private readonly record struct Example(int Label, float Weight)
    {
        public static Example Of(Batch batch, int row) => new(batch.Labels[row], batch.Weights[row]);
    }

    private sealed class Of<V>(int batchSize, int rowLength, TrainingSettings settings) : BatchMixer(batchSize, rowLength, settings)
        where V : struct, IVector<V>
    {
        private protected override void Blend(float* x, float* y, int length, float share) => Kernels.Blend.Run<V>(x, y, length, share);
    }

    private sealed class Factory(int batchSize, int rowLength, TrainingSettings settings) : IVectorFactory<BatchMixer>
    {
        public BatchMixer Create<V>()
            where V : struct, IVector<V> => new Of<V>(batchSize, rowLength, settings);
    }
}
