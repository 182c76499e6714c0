using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;
using Microsoft.ML.Cnn.Transforms;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Examples out of a data view. Rows without a label and of weight 0 are skipped.</summary>
/// <param name="view">Where rows come from.</param>
/// <param name="columns">Its columns of pixels, labels and weights.</param>
/// <param name="classes">The class of each key counted from 0, where keys stand for other classes than their own number.</param>
/// <param name="part">Which rows, where not all.</param>
internal sealed class DataViewExampleSource(IDataView view, ExampleColumns columns, int[]? classes = null, SplitPart? part = null)
    : IExampleSource
{
    /// <summary>Threads that read at once. The rows and their order do not depend on them.</summary>
    public int Shares { get; init; } = SharedReading.SharesOf(view.Schema);

    public int PixelsPerRow => columns.FeatureType.Size;

    public int TargetsPerRow => columns.Targets;

    public bool CanShuffle => view.CanShuffle;

    public IExampleReader Open(int? shuffleSeed, Func<uint, bool>? isWanted = null)
    {
        LabelledRows[] shares = LabelledRows.WithPixels(view, columns, shuffleSeed, Shares);
        SplitCount? count = part?.Begin(shares.Length);
        DataViewExampleReader[] readers =
        [
            .. shares.Select(rows => new DataViewExampleReader(rows, columns.Feature, classes, count, isWanted)),
        ];
        return readers.Length == 1 ? readers[0] : new ParallelReader(readers, PixelsPerRow + TargetsPerRow);
    }

    /// <summary>Counts and hashes the rows in their order, in a pass that leaves pixels unread.</summary>
    /// <param name="hash">Is told of each row.</param>
    /// <param name="throwIfCanceled">Called once a row.</param>
    public void HashWithoutPixels(RowsHash hash, Action throwIfCanceled)
    {
        using LabelledRows rows = LabelledRows.WithoutPixels(view, columns);
        while (rows.MoveNext())
        {
            throwIfCanceled();
            if (part?.Contains(rows.Label, rows.Id) != false)
            {
                hash.Add(rows.Key, rows.ClassAmong(classes), rows.Weight, rows.Targets);
            }
        }
    }
}
