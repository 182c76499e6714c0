using Microsoft.ML.Cnn.Tests.Testing;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>Images without ties, with labels and weights; one row has no label.</summary>
internal sealed record Examples(Batch Images, int[] Labels, float[] Weights)
{
    public int Count => Images.Images;

    public static Examples Create(int count, Shape shape, int classes, int seed = 1)
    {
        Random random = new(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
        if (count > 2)
        {
            labels[count / 2] = PlanBatch.NoLabel;
        }

        return new(Batch.WithoutTies(count, shape, seed), labels, [.. labels.Select(_ => 0.5f + random.NextSingle())]);
    }

    /// <summary>The rows in another order, or some of them.</summary>
    public Examples Take(params int[] rows)
    {
        int length = (int)Images.Shape.Length;
        double[] values = [.. rows.SelectMany(row => Images.Values[(row * length)..((row + 1) * length)])];
        return new(
            new Batch(rows.Length, Images.Shape, values),
            [.. rows.Select(row => Labels[row])],
            [.. rows.Select(row => Weights[row])]
        );
    }

    /// <summary>As a plan takes them.</summary>
    public PlanBatch ToPlan(int capacity)
    {
        int length = (int)Images.Shape.Length;
        PlanBatch batch = new(capacity, length) { Count = Count };
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < length; i++)
            {
                batch.Row(row)[i] = (float)Images.Values[row * length + i];
            }

            batch.Labels[row] = Labels[row];
            batch.Weights[row] = Weights[row];
        }

        return batch;
    }

    /// <summary>The weighted mean of softmax cross-entropies: the sum over rows, and the gradient of the mean with respect to scores.</summary>
    public (double WeightedLoss, Batch Gradient) Loss(Batch scores)
    {
        Batch gradient = new(scores.Images, scores.Shape);
        int classes = scores.Shape.Channels;
        double total = Enumerable.Range(0, Count).Sum(row => Labels[row] == PlanBatch.NoLabel ? 0 : (double)Weights[row]);
        double loss = 0;
        for (int row = 0; row < Count; row++)
        {
            if (Labels[row] == PlanBatch.NoLabel)
            {
                continue;
            }

            double[] powers = [.. Enumerable.Range(0, classes).Select(c => Math.Exp(scores[row, 0, 0, c]))];
            double sum = powers.Sum();
            loss -= Weights[row] * Math.Log(powers[Labels[row]] / sum);
            for (int c = 0; c < classes; c++)
            {
                gradient[row, 0, 0, c] = Weights[row] / total * (powers[c] / sum - (c == Labels[row] ? 1 : 0));
            }
        }

        return (loss, gradient);
    }
}
