using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>A network layer by layer.</summary>
internal static class NetworkTable
{
    public static Table Of(NetworkSummary summary)
    {
        Table table = Screen.PlainTable();
        table.AddColumns("Layer", "Kind", "Output shape");
        foreach (string number in new[] { "Parameters", "Multiply-adds", "Memory" })
        {
            table.AddColumn(number, column => column.RightAligned());
        }

        foreach (NetworkSummaryRow row in summary.Rows)
        {
            table.AddRow(
                row.Path,
                row.Layer.GetType().Name,
                row.OutputShape.ToString(),
                Number(row.Parameters),
                Number(row.MultiplyAdds),
                Bytes(row.OutputBytes)
            );
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
