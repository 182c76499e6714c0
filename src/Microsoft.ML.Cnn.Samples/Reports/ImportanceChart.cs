using System.Collections.Immutable;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>How much each parameter decides whether a trial is among the best.</summary>
internal static class ImportanceChart
{
    /// <summary>Less than a pixel. The label of a bar of no length at all would be centred upon the axis, and its number cut off.</summary>
    private const double ShortestBar = 1e-6;

    public static PlotModel Of(ImmutableArray<CnnParameterImportance> importance)
    {
        // From the last one upwards.
        CnnParameterImportance[] known = [.. importance.Where(one => one.Share is not null).Reverse()];
        PlotModel chart = ChartStyle.Chart("Importance of each parameter");
        chart.Subtitle =
            known.Length == 0
                ? "There are too few trials that can be compared."
                : "how much it decides which trials are among the best; shares of the sum";
        CategoryAxis names = new()
        {
            Position = AxisPosition.Left,
            TickStyle = TickStyle.None,
            GapWidth = 0.6,
        };
        names.Labels.AddRange(known.Select(one => NameOf(one, known)));
        chart.Axes.Add(names);
        chart.Axes.Add(
            TrialAxes.Plain(
                new LinearAxis
                {
                    Position = AxisPosition.Bottom,
                    Minimum = 0,
                    MaximumPadding = 0.1,
                    StringFormat = "0 %",
                }
            )
        );
        BarSeries bars = new()
        {
            FillColor = ChartStyle.Train,
            LabelFormatString = "{0:0 %}",
            LabelPlacement = LabelPlacement.Outside,
        };
        bars.Items.AddRange(known.Select(one => new BarItem(Math.Max(ShortestBar, one.Share!.Value))));
        chart.Series.Add(bars);
        return chart;
    }

    /// <summary>With its condition where others bear the same name.</summary>
    private static string NameOf(CnnParameterImportance one, CnnParameterImportance[] all) =>
        all.Count(other => other.Name == one.Name) > 1 ? $"{one.Name}, {one.Condition}" : one.Name;
}
