using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>A pass over a data view, or the share of one that a cursor reads.</summary>
/// <param name="rows">The rows of that cursor; disposed with this.</param>
/// <param name="feature">Its column of pixels.</param>
/// <param name="classes">The class of each key counted from 0, or null where they are the same.</param>
/// <param name="part">Which rows belong to the source; null for all.</param>
/// <param name="isWanted">Which of those to read; null for all.</param>
internal sealed class DataViewExampleReader(
    LabelledRows rows,
    DataViewSchema.Column feature,
    int[]? classes,
    SplitCount? part,
    Func<uint, bool>? isWanted
) : IShareReader
{
    private readonly ValueGetter<VBuffer<float>> readPixels = rows.Cursor.GetGetter<VBuffer<float>>(feature);
    private VBuffer<float> buffer;

    public long Number => rows.Cursor.Batch;

    public uint RowKey => rows.Key;

    /// <exception cref="InvalidOperationException">A weight, a pixel or the length of a vector is not allowed.</exception>
    public bool Read(Span<float> row, out int label, out float weight)
    {
        while (rows.MoveNext())
        {
            if (part?.Meet(rows.Label, rows.Id) == false || isWanted?.Invoke(RowKey) == false)
            {
                continue;
            }

            ReadPixels(row[..^rows.Targets.Length]);
            rows.Targets.CopyTo(row[^rows.Targets.Length..]);
            (label, weight) = (rows.ClassAmong(classes), rows.Weight);
            return true;
        }

        part?.End();
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
                $"Feature column '{feature.Name}' gave a vector of {buffer.Length} values in {rows.Place}, but its type says {pixels.Length}."
            );
        }

        buffer.CopyTo(pixels);
        if (!PixelCheck.AreFinite(pixels))
        {
            int index = pixels.ToArray().AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"Feature column '{feature.Name}' has the value {pixels[index]} at index {index} in {rows.Place}. Pixels must be finite numbers. What would work: ReplaceMissingValues before the trainer, or leaving such rows out."
                )
            );
        }
    }
}
