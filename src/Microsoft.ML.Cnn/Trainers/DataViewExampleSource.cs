using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Examples out of a data view. Rows without a label (key 0) and of weight 0 are skipped.</summary>
/// <param name="view">Where rows come from.</param>
/// <param name="columns">Its columns of pixels, labels and weights.</param>
/// <param name="classes">The class of each key counted from 0, where keys stand for other classes than their own number.</param>
/// <param name="part">Which rows, where not all.</param>
internal sealed class DataViewExampleSource(IDataView view, ExampleColumns columns, int[]? classes = null, SplitPart? part = null)
    : IExampleSource
{
    public int PixelsPerRow => columns.FeatureType.Size;

    public bool CanShuffle => view.CanShuffle;

    public IExampleReader Open(int? shuffleSeed)
    {
        LabelledRows rows = new(view, columns, [columns.Feature], shuffleSeed);
        return new DataViewExampleReader(rows, columns.Feature, classes, part);
    }
}
