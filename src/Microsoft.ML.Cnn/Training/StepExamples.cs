using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn.Training;

/// <summary>The images of one step, given by whoever trains batch by batch: checked, and copied to where a plan takes them from.</summary>
/// <param name="model">What is trained.</param>
/// <param name="loss">What labels are for.</param>
/// <param name="batchSize">Images of the largest step.</param>
internal sealed class StepExamples(CnnModel model, Loss loss, int batchSize) : IDisposable
{
    private readonly int targetsPerRow = loss.TargetsOf(model.OutputLength);
    private readonly int classes = loss.ClassesOf(model.OutputLength);
    private readonly Batch batch = new(batchSize, checked((int)model.InputShape.Length), loss.TargetsOf(model.OutputLength));

    public int BatchSize => batch.Capacity;

    /// <summary>Images of classes.</summary>
    /// <exception cref="ArgumentException">Lengths do not match, or a label or weight is out of its range.</exception>
    public Batch Fill(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights)
    {
        if (!loss.Classifies || targetsPerRow > 1)
        {
            throw new ArgumentException(
                $"The loss of this session is {loss}, which compares each of an image's {model.OutputLength} outputs with a number; received classes. "
                    + "What would work: a Step with targets of type float, or a session with a loss of classes.",
                nameof(labels)
            );
        }

        if (labels.Length < 1 || labels.Length > BatchSize)
        {
            throw new ArgumentException($"A step takes from 1 to {BatchSize} images; received {labels.Length} labels.", nameof(labels));
        }

        if (pixels.Length != labels.Length * batch.PixelsPerRow)
        {
            throw new ArgumentException(
                $"{labels.Length} images of {model.InputShape} have {labels.Length * batch.PixelsPerRow} pixels; received {pixels.Length}.",
                nameof(pixels)
            );
        }

        if (labels.ContainsAnyExceptInRange(0, classes - 1))
        {
            throw new ArgumentException($"Labels are classes from 0 to {classes - 1}; received others.", nameof(labels));
        }

        Fill(pixels, labels.Length, weights);
        labels.CopyTo(batch.Labels);
        for (int row = 0; row < batch.Count && targetsPerRow == 1; row++)
        {
            batch.Row(row)[^1] = labels[row];
        }

        return batch;
    }

    /// <summary>Images whose outputs are compared with numbers.</summary>
    /// <exception cref="ArgumentException">Lengths do not match, or a target or weight is out of its range.</exception>
    public Batch Fill(ReadOnlySpan<float> pixels, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        if (targetsPerRow == 0)
        {
            throw new ArgumentException(
                $"The loss of this session is {loss}, which takes a class for each image; received numbers. "
                    + "What would work: a Step with labels of type int, or a session with another loss.",
                nameof(targets)
            );
        }

        (int rows, int rest) = Math.DivRem(pixels.Length, batch.PixelsPerRow);
        if (rows < 1 || rows > BatchSize || rest != 0)
        {
            throw new ArgumentException(
                $"A step takes from 1 to {BatchSize} images of {model.InputShape}, which have {batch.PixelsPerRow} pixels each; received {pixels.Length} pixels.",
                nameof(pixels)
            );
        }

        if (targets.Length != rows * targetsPerRow)
        {
            throw new ArgumentException(
                $"{rows} images of {targetsPerRow} outputs each have {rows * targetsPerRow} targets; received {targets.Length}.",
                nameof(targets)
            );
        }

        (float least, float most) = loss.Classifies ? (0, 1) : (float.MinValue, float.MaxValue);
        int refused = targets.IndexOfAnyExceptInRange(least, most);
        if (refused >= 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Targets are {(loss.Classifies ? "numbers from 0 to 1" : "finite numbers")}; received {targets[refused]} at {refused}."
                ),
                nameof(targets)
            );
        }

        Fill(pixels, rows, weights);
        for (int row = 0; row < rows; row++)
        {
            targets.Slice(row * targetsPerRow, targetsPerRow).CopyTo(batch.Row(row)[batch.PixelsPerRow..]);
        }

        return batch;
    }

    public void Dispose() => batch.Dispose();

    private void Fill(ReadOnlySpan<float> pixels, int rows, ReadOnlySpan<float> weights)
    {
        if (!weights.IsEmpty && weights.Length != rows)
        {
            throw new ArgumentException($"There must be one weight for each of {rows} images; received {weights.Length}.", nameof(weights));
        }

        foreach (float weight in weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Weights are finite and at least 0; received {weight}."),
                    nameof(weights)
                );
            }
        }

        batch.Count = rows;
        for (int row = 0; row < rows; row++)
        {
            pixels.Slice(row * batch.PixelsPerRow, batch.PixelsPerRow).CopyTo(batch.Row(row));
            batch.Weights[row] = weights.IsEmpty ? 1 : weights[row];
        }
    }
}
