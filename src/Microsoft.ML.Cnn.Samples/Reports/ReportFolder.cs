using System.Collections.Immutable;
using Microsoft.ML.Data;
using OxyPlot;
using OxyPlot.SkiaSharp;

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
        WritePicture(folder, "curves.png", CurvesChart.Of(run.Network, epochs), width: 900, height: 900);
        WritePicture(folder, "confusion-matrix.png", ConfusionChart.Of(run.Network, confusion, classes), width: 1000, height: 900);

        // Last: whoever finds the figures finds the pictures too.
        PlacedFile.Write(Path.Combine(folder, "metrics.json"), run.Write);
    }

    private static void WritePicture(string folder, string name, PlotModel chart, int width, int height) =>
        PlacedFile.Write(
            Path.Combine(folder, name),
            stream =>
            {
                PngExporter exporter = new()
                {
                    Width = width,
                    Height = height,
                    Dpi = 96,
                    // It would need a native library of its own, for scripts that these charts do not use.
                    UseTextShaping = false,
                };
                exporter.Export(chart, stream);

                // A chart that cannot be drawn becomes a picture of its stack trace.
                if (chart.GetLastPlotException() is { } failure)
                {
                    throw new NotSupportedException($"The chart {name} cannot be drawn.", failure);
                }
            }
        );
}
