using System.Globalization;
using Microsoft.ML.Cnn.Layers;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>
/// The first convolution of a network beside a dense layer that reads the same image and makes as many values: what it is worth that filters are small and
/// the same everywhere.
/// </summary>
internal static class DenseComparison
{
    public static void Print(IAnsiConsole console, NetworkSummary summary)
    {
        NetworkSummaryRow row = summary.Rows.First(row => row.Layer is Conv2D);
        Conv2D convolution = (Conv2D)row.Layer;
        long inputs = summary.InputShape.Length;
        long units = row.OutputShape.Length;
        long products = checked(inputs * units);
        long parameters = checked(products + units);

        Table table = Screen.PlainTable();
        table.AddColumn("Layer");
        table.AddColumn("Parameters", column => column.RightAligned());
        table.AddColumn("Multiply-adds", column => column.RightAligned());
        table.AddRow(
            $"{row.Path}: {convolution.Filters} filters of {convolution.Kernel}",
            NetworkTable.Number(row.Parameters),
            NetworkTable.Number(row.MultiplyAdds)
        );
        table.AddRow(
            $"dense: {NetworkTable.Number(units)} units on {NetworkTable.Number(inputs)} values",
            NetworkTable.Number(parameters),
            NetworkTable.Number(products)
        );
        table.AddRow("dense / convolution", Ratio(parameters, row.Parameters), Ratio(products, row.MultiplyAdds));

        console.Heading($"{summary.InputShape} to {row.OutputShape}: by a convolution, and by a dense layer");
        console.Write(table);
    }

    private static string Ratio(long dense, long convolution) =>
        string.Create(CultureInfo.InvariantCulture, $"{(double)dense / convolution:N1} x");
}
