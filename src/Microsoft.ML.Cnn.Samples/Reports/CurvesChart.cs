using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>Loss above accuracy, over the epochs, of training images and of those held out, if any.</summary>
internal static class CurvesChart
{
    private const string Loss = "loss";
    private const string Accuracy = "accuracy";

    public static PlotModel Of(string network, IReadOnlyList<CnnTrainingMetrics> epochs)
    {
        PlotModel chart = ChartStyle.Chart($"{network}: loss and accuracy of each epoch");
        chart.Legends.Add(
            new Legend
            {
                LegendPosition = LegendPosition.TopRight,
                LegendPlacement = LegendPlacement.Inside,
                LegendFontSize = 14,
                LegendBackground = OxyColors.White,
                LegendPadding = 10,
                LegendMargin = 1,
            }
        );
        // Room for the marks of the first and the last epoch.
        int last = Math.Max(2, epochs.Count);
        double margin = 0.02 * (last - 1);
        chart.Axes.Add(
            new LinearAxis
            {
                Position = AxisPosition.Bottom,
                Title = "epoch",
                Minimum = 1 - margin,
                Maximum = last + margin,
                MinimumMajorStep = 1,
                MinorTickSize = 0,
                MajorTickSize = 0,
                MajorGridlineStyle = LineStyle.Solid,
                MajorGridlineColor = ChartStyle.Faint,
            }
        );
        chart.Axes.Add(Panel(Accuracy, 0, 0.47, "0.00"));
        chart.Axes.Add(Panel(Loss, 0.53, 1, "0.0#"));

        chart.Series.Add(Curve("training, running while it learns", Loss, ChartStyle.Train, epochs, epoch => epoch.RunningTrainLoss));
        chart.Series.Add(Curve(null, Accuracy, ChartStyle.Train, epochs, epoch => epoch.RunningTrainAccuracy));
        if (epochs.Any(epoch => epoch.ValidationLoss is not null))
        {
            chart.Series.Add(Curve("validation, after the epoch", Loss, ChartStyle.Validation, epochs, epoch => epoch.ValidationLoss));
            chart.Series.Add(Curve(null, Accuracy, ChartStyle.Validation, epochs, epoch => epoch.ValidationAccuracy));
        }

        return chart;
    }

    private static LinearAxis Panel(string name, double start, double end, string format) =>
        new()
        {
            Key = name,
            Title = name,
            Position = AxisPosition.Left,
            StartPosition = start,
            EndPosition = end,
            StringFormat = format,
            MinorTickSize = 0,
            MajorTickSize = 0,
            AxisTitleDistance = 12,
            MinimumPadding = 0.06,
            MaximumPadding = 0.06,
            AxislineStyle = LineStyle.Solid,
            AxislineColor = ChartStyle.Faint,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = ChartStyle.Faint,
        };

    private static LineSeries Curve(
        string? title,
        string panel,
        OxyColor color,
        IReadOnlyList<CnnTrainingMetrics> epochs,
        Func<CnnTrainingMetrics, double?> value
    )
    {
        LineSeries curve = new()
        {
            Title = title,
            RenderInLegend = title is not null,
            YAxisKey = panel,
            Color = color,
            StrokeThickness = 2.5,
            MarkerType = MarkerType.Circle,
            MarkerSize = 4,
            MarkerFill = color,
        };
        curve.Points.AddRange(epochs.Select(epoch => new DataPoint(epoch.Epoch, value(epoch) ?? double.NaN)));
        return curve;
    }
}
