using OxyPlot;
using OxyPlot.SkiaSharp;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>Charts as PNG files.</summary>
internal static class ChartFile
{
    /// <summary>Writes a chart, in place of one that is there.</summary>
    public static void Write(string folder, string name, PlotModel chart, int width, int height) =>
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
