using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// -sum of q log(softmax(x)) and its gradient, where q is 1 - smoothing for the label and smoothing / classes more for each class. A row that two labels share counts once for
/// each, by its weight. A row whose weights are 0 counts for nothing and its gradient is zero.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyKernel
{
    /// <summary>
    /// dlogits = sum over the row's labels of weight / totalWeight * (softmax - q), the gradient of the weighted mean; it may take the place of the
    /// logits. A NaN among the logits of a row that counts makes the loss NaN.
    /// </summary>
    public static LossSums Run<V>(
        int rows,
        int classes,
        float* logits,
        nint pitch,
        in ClassLabels labels,
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
            RowLabels own = labels[row];
            Debug.Assert(own.First.Label < classes && own.Second.Label < classes);
            float* gradient = dlogits + row * gradientPitch;
            if (own.Weight == 0)
            {
                new Span<float>(gradient, classes).Clear();
                continue;
            }

            sums += Row<V>(classes, logits + row * pitch, own, inverseTotalWeight, smoothing, gradient);
        }

        return sums;
    }

    private static LossSums Row<V>(
        int classes,
        float* logits,
        in RowLabels labels,
        float inverseTotalWeight,
        float smoothing,
        float* gradient
    )
        where V : struct, IVector<V>
    {
        float greatest = Softmax.Greatest<V>(logits, classes);
        LossSums ofLabels = Below(logits, labels.First, greatest, smoothing) + Below(logits, labels.Second, greatest, smoothing);
        double ofAll = smoothing == 0 ? 0 : MeanBelow(logits, classes, greatest);
        float factor = labels.Weight * inverseTotalWeight;
        float sum = Softmax.Exponentials<V>(logits, classes, greatest, gradient);
        Softmax.Scale<V>(gradient, classes, factor / sum);
        if (smoothing != 0)
        {
            Softmax.Subtract<V>(gradient, classes, factor * smoothing / classes);
        }

        gradient[labels.First.Label] -= labels.First.Weight * inverseTotalWeight * (1 - smoothing);
        gradient[labels.Second.Label] -= labels.Second.Weight * inverseTotalWeight * (1 - smoothing);
        return ofLabels + new LossSums(labels.Weight * (Math.Log(sum) + smoothing * ofAll), 0);
    }

    /// <summary>The part of the loss that a label has by itself: how far its score lies below the greatest.</summary>
    private static LossSums Below(float* logits, WeightedLabel own, float greatest, float smoothing) =>
        own.Weight == 0
            ? default
            : new LossSums(
                own.Weight * (1 - (double)smoothing) * ((double)greatest - logits[own.Label]),
                IsFirst(logits, own.Label, greatest) ? own.Weight : 0
            );

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
