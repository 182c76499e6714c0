using System.Globalization;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>What a model is worth on the test images, and what it took.</summary>
internal static class MetricsTable
{
    public static Table Of(MulticlassClassificationMetrics metrics, params IEnumerable<(string Name, string Value)> more)
    {
        Table table = Screen.PlainTable().HideHeaders();
        table.AddColumn("Metric").AddColumn("Value", column => column.RightAligned());
        IEnumerable<(string Name, string Value)> rows =
        [
            ("micro accuracy", Number(metrics.MicroAccuracy, "0.0000")),
            ("macro accuracy", Number(metrics.MacroAccuracy, "0.0000")),
            ("log loss", Number(metrics.LogLoss, "0.0000")),
            .. more,
        ];
        foreach ((string name, string value) in rows)
        {
            table.AddRow(name, value);
        }

        return table;
    }

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
