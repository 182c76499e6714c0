using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>What a loss sums over rows; sums of slices are added in their order.</summary>
/// <param name="Loss">Sum of weight * loss.</param>
/// <param name="CorrectWeight">Sum of the weights of rows whose greatest score is that of their label.</param>
/// <param name="Correct">How many rows that were.</param>
internal readonly record struct ClassificationSums(double Loss, double CorrectWeight, int Correct)
{
    public static ClassificationSums operator +(ClassificationSums left, ClassificationSums right) =>
        new(left.Loss + right.Loss, left.CorrectWeight + right.CorrectWeight, left.Correct + right.Correct);
}

/// <summary>
/// -log(softmax(x)[label]) and its gradient. A row with label -1 or weight 0 counts for nothing and its gradient is zero.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyKernel
{
    /// <summary>
    /// dlogits = weight / totalWeight * (softmax - onehot), the gradient of the weighted mean; it may take the place of the
    /// logits. A NaN among the logits of a row that counts makes the loss NaN. Null weights are all 1.
    /// </summary>
    public static ClassificationSums Run<V>(
        int rows,
        int classes,
        float* logits,
        nint pitch,
        int* labels,
        float* weights,
        float inverseTotalWeight,
        float* dlogits,
        nint gradientPitch
    )
        where V : struct, IVector<V>
    {
        ClassificationSums sums = default;
        for (int row = 0; row < rows; row++)
        {
            int label = labels[row];
            Debug.Assert(label < classes);
            float weight = weights == null ? 1 : weights[row];
            float* gradient = dlogits + row * gradientPitch;
            if (label < 0 || weight == 0)
            {
                new Span<float>(gradient, classes).Clear();
                continue;
            }

            sums += Row<V>(classes, logits + row * pitch, label, weight, weight * inverseTotalWeight, gradient);
        }

        return sums;
    }

    private static ClassificationSums Row<V>(int classes, float* logits, int label, float weight, float factor, float* gradient)
        where V : struct, IVector<V>
    {
        float greatest = Softmax.Greatest<V>(logits, classes);
        float ofLabel = logits[label];
        bool correct = IsFirst(logits, label, greatest);
        float sum = Softmax.Exponentials<V>(logits, classes, greatest, gradient);
        Softmax.Scale<V>(gradient, classes, factor / sum);
        gradient[label] -= factor;

        double loss = Math.Log(sum) + ((double)greatest - ofLabel);
        return new ClassificationSums(weight * loss, correct ? weight : 0, correct ? 1 : 0);
    }

    // Of equal scores the first class is the predicted one.
    private static bool IsFirst(float* logits, int label, float greatest) =>
        logits[label] == greatest && !new ReadOnlySpan<float>(logits, label).Contains(greatest);
}
