using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>A network layer by layer.</summary>
internal static class NetworkTable
{
    /// <param name="summary">Of the network.</param>
    /// <param name="withPlan">Whether to say how each layer is computed, which takes a wide screen.</param>
    public static Table Of(NetworkSummary summary, bool withPlan = false)
    {
        Table table = Screen.PlainTable();
        table.AddColumns("Layer", "Kind", "Output shape");
        foreach (string number in new[] { "Parameters", "Multiply-adds", "Memory" })
        {
            table.AddColumn(number, column => column.RightAligned());
        }

        if (withPlan)
        {
            table.AddColumns("Layout", "Algorithm");
        }

        foreach (NetworkSummaryRow row in summary.Rows)
        {
            string[] plan = withPlan ? [row.Layout, row.Algorithm] : [];
            table.AddRow([
                row.Path,
                row.Layer.GetType().Name,
                row.OutputShape.ToString(),
                Number(row.Parameters),
                Number(row.MultiplyAdds),
                Bytes(row.OutputBytes),
                .. plan,
            ]);
        }

        table.Columns[0].Footer("total");
        table.Columns[3].Footer(Number(summary.Parameters));
        table.Columns[4].Footer(Number(summary.MultiplyAdds));
        table.Columns[5].Footer(Bytes(summary.OutputBytes));
        return table;
    }

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) =>
        bytes switch
        {
            < 1 << 10 => $"{bytes} B",
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):N1} MB"),
        };
}
