using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <inheritdoc/>
internal sealed class DataViewExampleReader : IExampleReader
{
    private readonly LabelledRows rows;
    private readonly int[]? classes;
    private readonly SplitPart? part;
    private readonly string column;
    private readonly ValueGetter<VBuffer<float>> readPixels;
    private VBuffer<float> buffer;
    private long count;

    public DataViewExampleReader(LabelledRows rows, DataViewSchema.Column feature, int[]? classes, SplitPart? part)
    {
        (this.rows, this.classes, this.part, column) = (rows, classes, part, feature.Name);
        readPixels = rows.Cursor.GetGetter<VBuffer<float>>(feature);
    }

    /// <exception cref="InvalidOperationException">A weight, a pixel or the length of a vector is not allowed.</exception>
    public bool Read(Span<float> pixels, out int label, out float weight)
    {
        while (rows.MoveNext())
        {
            if (part?.Contains(rows.Label, rows.Id) == false)
            {
                continue;
            }

            count++;
            ReadPixels(pixels);
            (label, weight) = (classes is null ? rows.Label : classes[rows.Label], rows.Weight);
            return true;
        }

        part?.CheckCount(count);
        (label, weight) = (0, 0);
        return false;
    }

    public void Dispose() => rows.Dispose();

    private void ReadPixels(Span<float> pixels)
    {
        readPixels(ref buffer);
        if (buffer.Length != pixels.Length)
        {
            throw new InvalidOperationException(
                $"Feature column '{column}' gave a vector of {buffer.Length} values in {rows.Place}, but its type says {pixels.Length}."
            );
        }

        buffer.CopyTo(pixels);
        if (!PixelCheck.AreFinite(pixels))
        {
            int index = pixels.ToArray().AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"Feature column '{column}' has the value {pixels[index]} at index {index} in {rows.Place}. Pixels must be finite numbers. What would work: ReplaceMissingValues before the trainer, or leaving such rows out."
                )
            );
        }
    }
}
