using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>One layer in a <see cref="NetworkSummary"/>.</summary>
/// <param name="Path">Its path, such as <c>block2.conv1</c>.</param>
/// <param name="Layer">What it is.</param>
/// <param name="OutputShape">The shape that leaves it.</param>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="MultiplyAdds">Multiplications with an addition for one image.</param>
/// <param name="OutputBytes">Memory of what leaves it, for one image.</param>
public sealed record NetworkSummaryRow(string Path, Layer Layer, Shape OutputShape, long Parameters, long MultiplyAdds, long OutputBytes);

/// <summary>A network layer by layer behind an input of a given shape. <see cref="ToString"/> gives it as a table.</summary>
public sealed class NetworkSummary
{
    internal NetworkSummary(Network network, Shape input)
    {
        InputShape = input;
        _ = network.OutputShape(input);
        Rows =
        [
            .. network
                .Place(input)
                .Select(placed => new NetworkSummaryRow(
                    placed.Path,
                    placed.Layer,
                    placed.Output,
                    placed.Parameters.Where(spec => spec.Kind == ParameterKind.Trainable).Sum(spec => spec.Length),
                    placed.Layer.MultiplyAdds(placed.Input),
                    placed.Output.Length * sizeof(float)
                )),
        ];
    }

    /// <summary>The shape of an image.</summary>
    public Shape InputShape { get; }

    /// <summary>The layers in the order they run.</summary>
    public ImmutableArray<NetworkSummaryRow> Rows { get; }

    /// <summary>Numbers that training changes.</summary>
    public long Parameters => Rows.Sum(row => row.Parameters);

    /// <summary>Multiplications with an addition for one image.</summary>
    public long MultiplyAdds => Rows.Sum(row => row.MultiplyAdds);

    /// <summary>Memory of all layers' outputs, for one image.</summary>
    public long OutputBytes => Rows.Sum(row => row.OutputBytes);

    /// <summary>The table, with totals below.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Memory"],
            ["input", "", InputShape.ToString(), "", "", Bytes(InputShape.Length * sizeof(float))],
            .. Rows.Select(row =>
                new[]
                {
                    row.Path,
                    row.Layer.GetType().Name,
                    row.OutputShape.ToString(),
                    Number(row.Parameters),
                    Number(row.MultiplyAdds),
                    Bytes(row.OutputBytes),
                }
            ),
            ["total", "", "", Number(Parameters), Number(MultiplyAdds), Bytes(OutputBytes)],
        ];
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length))];
        string rule = new('-', widths.Sum() + 2 * (widths.Length - 1));

        StringBuilder table = new();
        for (int i = 0; i < cells.Length; i++)
        {
            // Words to the left, numbers to the right.
            IEnumerable<string> line = cells[i]
                .Select((cell, column) => column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            table.Append(string.Join("  ", line).TrimEnd()).Append('\n');
            if (i == 0 || i == cells.Length - 2)
            {
                table.Append(rule).Append('\n');
            }
        }

        return table.Append("Memory is that of the outputs for one image; multiply-adds are for one image.\n").ToString();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(long value) =>
        value switch
        {
            < 1 << 10 => $"{value} B",
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{value / 1024.0:0.0} KB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1048576.0:0.0} MB"),
        };
}
