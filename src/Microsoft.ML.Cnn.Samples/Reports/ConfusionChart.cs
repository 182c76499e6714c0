using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Data;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>A confusion matrix: true classes downwards, predicted ones to the right, coloured by their share of the true class.</summary>
internal static class ConfusionChart
{
    // From here on a cell is dark enough for white figures.
    private const double Dark = 0.5;

    public static PlotModel Of(string network, ConfusionMatrix matrix, ImmutableArray<string> classes)
    {
        PlotModel chart = ChartStyle.Chart($"{network}: which classes are taken for which");
        int count = matrix.NumberOfClasses;

        // The first class at the top: the axis runs from the last one upwards.
        CategoryAxis truth = Classes(AxisPosition.Left, "truth", classes.Reverse());
        CategoryAxis predicted = Classes(AxisPosition.Bottom, "predicted", classes);
        predicted.Angle = classes.Max(name => name.Length) > 3 ? -40 : 0;
        chart.Axes.Add(truth);
        chart.Axes.Add(predicted);
        chart.Axes.Add(
            new LinearColorAxis
            {
                Position = AxisPosition.Right,
                Title = "share of the true class",
                Palette = OxyPalette.Interpolate(
                    200,
                    OxyColors.White,
                    OxyColor.FromRgb(0x7F, 0xB2, 0xDB),
                    OxyColor.FromRgb(0x0B, 0x3C, 0x6F)
                ),
                Minimum = 0,
                Maximum = 1,
                StringFormat = "0.0",
                MinorTickSize = 0,
                // The width of the bar of colours.
                MajorTickSize = 16,
                TicklineColor = OxyColors.Transparent,
                AxisTitleDistance = 16,
                AxisDistance = 12,
            }
        );

        double[,] shares = new double[count, count];
        for (int row = 0; row < count; row++)
        {
            double ofRow = Math.Max(1, matrix.Counts[row].Sum());
            for (int column = 0; column < count; column++)
            {
                double cell = matrix.Counts[row][column];
                shares[column, count - 1 - row] = cell / ofRow;
                if (cell > 0)
                {
                    chart.Annotations.Add(Figure(column, count - 1 - row, cell, isDark: cell / ofRow >= Dark));
                }
            }
        }

        chart.Series.Add(
            new HeatMapSeries
            {
                X0 = 0,
                X1 = count - 1,
                Y0 = 0,
                Y1 = count - 1,
                Data = shares,
                Interpolate = false,
                RenderMethod = HeatMapRenderMethod.Rectangles,
            }
        );
        return chart;
    }

    private static CategoryAxis Classes(AxisPosition position, string title, IEnumerable<string> classes)
    {
        CategoryAxis axis = new()
        {
            Position = position,
            Title = title,
            TickStyle = TickStyle.None,
            GapWidth = 0,
            AxisTitleDistance = 10,
        };
        axis.Labels.AddRange(classes);
        return axis;
    }

    private static TextAnnotation Figure(int x, int y, double count, bool isDark) =>
        new()
        {
            Text = count.ToString("0", CultureInfo.InvariantCulture),
            TextPosition = new DataPoint(x, y),
            TextHorizontalAlignment = HorizontalAlignment.Center,
            TextVerticalAlignment = VerticalAlignment.Middle,
            TextColor = isDark ? OxyColors.White : ChartStyle.Ink,
            StrokeThickness = 0,
        };
}
