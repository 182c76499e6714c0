using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// -sum of q log(softmax(x)) and its gradient, where q is 1 - smoothing for the label and smoothing / classes more for each class. A row with label -1 or weight 0 counts for
/// nothing and its gradient is zero.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyKernel
{
    /// <summary>
    /// dlogits = weight / totalWeight * (softmax - q), the gradient of the weighted mean; it may take the place of the
    /// logits. A NaN among the logits of a row that counts makes the loss NaN. Null weights are all 1.
    /// </summary>
    public static LossSums Run<V>(
        int rows,
        int classes,
        float* logits,
        nint pitch,
        int* labels,
        float* weights,
        float inverseTotalWeight,
        float* dlogits,
        nint gradientPitch,
        float smoothing = 0
    )
        where V : struct, IVector<V>
    {
        LossSums sums = default;
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

            sums += Row<V>(classes, logits + row * pitch, label, weight, weight * inverseTotalWeight, smoothing, gradient);
        }

        return sums;
    }

    private static LossSums Row<V>(int classes, float* logits, int label, float weight, float factor, float smoothing, float* gradient)
        where V : struct, IVector<V>
    {
        float greatest = Softmax.Greatest<V>(logits, classes);
        float ofLabel = logits[label];
        bool correct = IsFirst(logits, label, greatest);
        double ofAll = smoothing == 0 ? 0 : MeanBelow(logits, classes, greatest);
        float sum = Softmax.Exponentials<V>(logits, classes, greatest, gradient);
        Softmax.Scale<V>(gradient, classes, factor / sum);
        if (smoothing != 0)
        {
            Softmax.Subtract<V>(gradient, classes, factor * smoothing / classes);
        }

        gradient[label] -= factor * (1 - smoothing);

        double loss = Math.Log(sum) + (1 - (double)smoothing) * ((double)greatest - ofLabel) + smoothing * ofAll;
        return new LossSums(weight * loss, correct ? weight : 0, correct ? 1 : 0);
    }

    /// <summary>How far the scores lie below the greatest, in the mean.</summary>
    private static double MeanBelow(float* logits, int classes, float greatest)
    {
        double sum = 0;
        for (int i = 0; i < classes; i++)
        {
            sum += (double)greatest - logits[i];
        }

        return sum / classes;
    }

    // Of equal scores the first class is the predicted one.
    private static bool IsFirst(float* logits, int label, float greatest) =>
        logits[label] == greatest && !new ReadOnlySpan<float>(logits, label).Contains(greatest);
}
