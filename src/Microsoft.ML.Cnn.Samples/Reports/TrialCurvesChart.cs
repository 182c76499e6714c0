using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The learning curves of all trials: those of the best in colours, those of the others behind them.</summary>
internal static class TrialCurvesChart
{
    private static readonly OxyColor Others = OxyColor.FromRgb(0xB8, 0xC2, 0xCC);

    private static readonly OxyColor[] Leaders =
    [
        ChartStyle.Validation,
        ChartStyle.Train,
        OxyColor.FromRgb(0x2C, 0x9A, 0x4B),
        OxyColor.FromRgb(0x8E, 0x5A, 0xB5),
        OxyColor.FromRgb(0x8A, 0x6D, 0x3B),
    ];

    /// <param name="trials">From the best on.</param>
    public static PlotModel Of(CnnTrialResult[] trials)
    {
        CnnTrialResult[] learned = [.. trials.Where(trial => !trial.LearningCurve.IsEmpty)];
        PlotModel chart = ChartStyle.Chart($"Learning curves of {learned.Length} trials");
        chart.Legends.Add(
            new Legend
            {
                LegendPosition = LegendPosition.RightBottom,
                LegendPlacement = LegendPlacement.Inside,
                LegendBackground = OxyColors.White,
                LegendPadding = 10,
                LegendMargin = 1,
            }
        );
        chart.Axes.Add(
            TrialAxes.Plain(
                new LinearAxis
                {
                    Position = AxisPosition.Bottom,
                    Title = "epoch",
                    MinimumMajorStep = 1,
                    MinimumPadding = 0.02,
                    MaximumPadding = 0.02,
                }
            )
        );
        chart.Axes.Add(TrialAxes.Accuracy(learned.Select(trial => trial.Metric)));

        // From the weakest on, so that none hides a better one; the legend has the best first.
        for (int place = learned.Length - 1; place >= 0; place--)
        {
            chart.Series.Add(Curve(learned[place], place));
        }

        chart.Legends[0].LegendItemOrder = LegendItemOrder.Reverse;
        return chart;
    }

    private static LineSeries Curve(CnnTrialResult trial, int place)
    {
        bool leads = place < Leaders.Length;
        OxyColor color = leads ? Leaders[place] : Others;
        LineSeries curve = new()
        {
            Title = leads ? $"trial {trial.TrialSettings.TrialId}{(place == 0 ? ", the best" : "")}" : null,
            RenderInLegend = leads,
            Color = color,
            StrokeThickness = leads ? 2.5 : 1,
            // A trial of one epoch is a point, not a line.
            MarkerType = MarkerType.Circle,
            MarkerSize = leads ? 3.5 : 2,
            MarkerFill = color,
        };
        curve.Points.AddRange(trial.LearningCurve.Select((value, epoch) => new DataPoint(epoch + 1, value)));
        return curve;
    }
}
