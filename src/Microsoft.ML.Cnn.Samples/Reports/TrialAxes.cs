using OxyPlot;
using OxyPlot.Axes;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The axes of charts of many trials.</summary>
internal static class TrialAxes
{
    /// <summary>
    /// Accuracy upwards, from somewhat below the lower quartile on: what is interesting are differences among the good ones, and trials that learned nothing would
    /// press them into a line.
    /// </summary>
    public static LinearAxis Accuracy(IEnumerable<double> accuracies)
    {
        double[] sorted = [.. accuracies.Where(double.IsFinite).Order()];
        (double low, double high) = sorted.Length == 0 ? (0, 1) : (sorted[sorted.Length / 4], sorted[^1]);
        double spread = Math.Max(0.01, high - low);
        double bottom = Math.Max(0, low - 0.5 * spread);
        bool isCut = sorted.Length > 0 && sorted[0] < bottom;
        return Plain(
            new LinearAxis
            {
                Position = AxisPosition.Left,
                Title = isCut ? "validation accuracy (the weakest trials lie below)" : "validation accuracy",
                Minimum = bottom,
                Maximum = Math.Min(1.005, high + 0.15 * spread),
                StringFormat = "0.00#",
                AxisTitleDistance = 12,
            }
        );
    }

    /// <summary>Without ticks, with faint lines across the chart.</summary>
    public static T Plain<T>(T axis)
        where T : Axis
    {
        axis.MinorTickSize = 0;
        axis.MajorTickSize = 0;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = ChartStyle.Faint;
        return axis;
    }
}
