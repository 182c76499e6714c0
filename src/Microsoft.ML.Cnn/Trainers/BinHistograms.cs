using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>How many rows of each class fall into each bin.</summary>
internal sealed class BinHistograms(RowBins bins)
{
    private readonly SortedDictionary<int, int[]> histograms = [];

    /// <summary>Counts a row.</summary>
    public void Count(int classOfRow, DataViewRowId id)
    {
        if (!histograms.TryGetValue(classOfRow, out int[]? histogram))
        {
            histograms.Add(classOfRow, histogram = new int[RowBins.Count]);
        }

        histogram[bins.Of(id)]++;
    }

    /// <summary>The rows of each bin, class by class in ascending order.</summary>
    public IReadOnlyDictionary<int, int[]> Counts => histograms;
}
