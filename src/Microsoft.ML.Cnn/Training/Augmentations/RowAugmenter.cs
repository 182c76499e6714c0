using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>Changes rows one at a time, each on a canvas of the thread that does it.</summary>
internal abstract unsafe class RowAugmenter
{
    /// <summary>An augmenter for an instruction set.</summary>
    /// <param name="augmentations">What to do, with all that is learned.</param>
    /// <param name="instructionSet">For the kernels.</param>
    public static RowAugmenter Create(AugmentationSequence augmentations, InstructionSet instructionSet) =>
        SimdDispatch.Run(instructionSet, new Factory(augmentations));

    /// <summary>Changes a row in place.</summary>
    /// <param name="canvas">Of the calling thread.</param>
    /// <param name="row">The pixels.</param>
    /// <param name="key">Of its random numbers.</param>
    public abstract void Apply(Canvas canvas, float* row, uint key);

    private sealed class Of<V>(AugmentationSequence augmentations) : RowAugmenter
        where V : struct, IVector<V>
    {
        public override void Apply(Canvas canvas, float* row, uint key)
        {
            canvas.Begin(row);
            augmentations.Apply<V>(canvas, key);
            canvas.End();
        }
    }

    private sealed class Factory(AugmentationSequence augmentations) : IVectorFactory<RowAugmenter>
    {
        public RowAugmenter Create<V>()
            where V : struct, IVector<V> => new Of<V>(augmentations);
    }
}
