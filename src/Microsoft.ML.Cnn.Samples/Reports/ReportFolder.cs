using System.Collections.Immutable;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The files of a report.</summary>
internal static class ReportFolder
{
    /// <summary>Writes <c>metrics.json</c> and the pictures, each in place of one that is there.</summary>
    public static void Write(
        string folder,
        RunReport run,
        IReadOnlyList<CnnTrainingMetrics> epochs,
        ConfusionMatrix confusion,
        ImmutableArray<string> classes
    )
    {
        ChartFile.Write(folder, "curves.png", CurvesChart.Of(run.Network, epochs), width: 900, height: 900);
        ChartFile.Write(folder, "confusion-matrix.png", ConfusionChart.Of(run.Network, confusion, classes), width: 1000, height: 900);

        // Last: whoever finds the figures finds the pictures too.
        PlacedFile.Write(Path.Combine(folder, "metrics.json"), run.Write);
    }
}
