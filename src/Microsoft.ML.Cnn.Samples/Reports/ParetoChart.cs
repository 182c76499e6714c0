using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>Accuracy against a cost: all trials, and those than which none is both better and cheaper.</summary>
internal static class ParetoChart
{
    /// <param name="costName">With its unit.</param>
    /// <param name="cost">Of a trial; null where it is not known.</param>
    /// <param name="experiment">Whose trials they are.</param>
    public static PlotModel Of(string costName, Func<CnnTrialResult, double?> cost, CnnExperiment experiment)
    {
        CnnTrialResult[] trials = [.. experiment.Trials.Where(trial => trial.HasMetric && cost(trial) > 0)];
        PlotModel chart = ChartStyle.Chart($"Accuracy against {costName}");
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
                new LogarithmicAxis
                {
                    Position = AxisPosition.Bottom,
                    Title = costName,
                    MinimumPadding = 0.05,
                    MaximumPadding = 0.05,
                }
            )
        );
        chart.Axes.Add(TrialAxes.Accuracy(trials.Select(trial => trial.Metric)));

        ScatterSeries all = new()
        {
            Title = "all trials",
            MarkerType = MarkerType.Circle,
            MarkerSize = 4,
            MarkerFill = ChartStyle.Train,
        };
        all.Points.AddRange(trials.Select(trial => new ScatterPoint(cost(trial)!.Value, trial.Metric)));
        chart.Series.Add(all);

        StairStepSeries front = new()
        {
            Title = "none is both better and cheaper",
            Color = ChartStyle.Validation,
            StrokeThickness = 2,
            MarkerType = MarkerType.Circle,
            MarkerSize = 5.5,
            MarkerFill = ChartStyle.Validation,
        };
        front.Points.AddRange(experiment.ParetoFront(cost).Select(trial => new DataPoint(cost(trial)!.Value, trial.Metric)));
        chart.Series.Add(front);
        return chart;
    }
}
