using System.Collections.Immutable;
using Microsoft.ML.Cnn.Samples.Data;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>How a model does on test images: figures, which classes it confuses, and some images.</summary>
internal static class TestResult
{
    private const int MostImages = 4;

    public static void Print(
        IAnsiConsole console,
        MulticlassClassificationMetrics metrics,
        ImmutableArray<string> classes,
        params IEnumerable<(string Name, string Value)> more
    )
    {
        console.Heading("Test images");
        console.Write(MetricsTable.Of(metrics, more));
        console.Write(ConfusionTable.Of(metrics.ConfusionMatrix, classes));
    }

    /// <summary>Shows as many of the first images as fit side by side.</summary>
    public static void PrintPredictions(IAnsiConsole console, IDataView scored, ImmutableArray<string> classes)
    {
        List<ScoredImage> images = ScoredImage.TakeFirst(scored, MostImages);
        console.WriteLine();
        console.Write(PredictionGrid.Of([.. images.Take(PredictionGrid.Fitting(console, images[0].Width))], classes));
    }
}
