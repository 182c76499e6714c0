using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>Augments the rows of a batch, on the thread that has read them and on a few more where the machine has many cores.</summary>
internal sealed unsafe class BatchAugmenter : IDisposable
{
    // One thread augments faster than a few cores learn.
    private const int CoresPerThread = 4;

    private readonly RowAugmenter rows;
    private readonly WorkerPool pool;
    private readonly Canvas[] canvases;
    private readonly Action<int, int> augmentRow;
    private readonly int seed;
    private Batch? batch;
    private int epoch;

    /// <param name="augmentations">What to do, with all that is learned.</param>
    /// <param name="shape">Of an image.</param>
    /// <param name="order">How it lies in a row.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="instructionSet">For the kernels.</param>
    /// <param name="threads">How many work at it, the caller's included; the result does not depend on them.</param>
    public BatchAugmenter(
        AugmentationSequence augmentations,
        Shape shape,
        PixelOrder order,
        int seed,
        InstructionSet instructionSet,
        int threads
    )
    {
        this.seed = seed;
        rows = RowAugmenter.Create(augmentations, instructionSet);
        pool = new WorkerPool(threads);
        PixelGrid grid = AugmentationSequence.GridOf(shape, order);
        canvases = [.. Enumerable.Range(0, threads).Select(_ => new Canvas(grid))];
        augmentRow = AugmentRow;
    }

    /// <summary>What a training needs; null where it augments nothing.</summary>
    public static BatchAugmenter? Create(ModelDescription description, TrainingSettings settings) =>
        settings.Augmentation.Count == 0
            ? null
            : new BatchAugmenter(
                settings.Augmentation,
                description.InputShape,
                description.PixelOrder,
                settings.Seed,
                settings.InstructionSet,
                Math.Max(1, settings.Threads / CoresPerThread)
            );

    /// <summary>Changes the rows of a batch in place.</summary>
    /// <param name="batch">With the keys of its rows.</param>
    /// <param name="epoch">Counted from 0.</param>
    public void Apply(Batch batch, int epoch)
    {
        (this.batch, this.epoch) = (batch, epoch);
        pool.Run(batch.Count, augmentRow);
    }

    public void Dispose()
    {
        pool.Dispose();
        foreach (Canvas canvas in canvases)
        {
            canvas.Dispose();
        }
    }

    private void AugmentRow(int worker, int row)
    {
        float* pixels = batch!.Pixels + (nint)row * batch.RowLength;
        rows.Apply(canvases[worker], pixels, RowKeys.InEpoch(seed, epoch, batch.RowKeys[row]));
    }
}
