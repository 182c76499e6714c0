using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>A confusion matrix: a line for each true class, a column for each predicted one.</summary>
internal static class ConfusionTable
{
    private const double Notable = 0.05;

    public static Table Of(ConfusionMatrix matrix, ImmutableArray<string> classes)
    {
        Table table = Screen.PlainTable();
        table.AddColumn("truth \\ predicted", column => column.NoWrap());
        for (int column = 0; column < matrix.NumberOfClasses; column++)
        {
            table.AddColumn(Number(column), heading => heading.RightAligned().NoWrap().Padding(1, 0, 0, 0));
        }

        table.AddColumn("recall", heading => heading.RightAligned().NoWrap());
        for (int row = 0; row < matrix.NumberOfClasses; row++)
        {
            IReadOnlyList<double> counts = matrix.Counts[row];
            table.AddRow([
                Name(row, classes),
                .. counts.Select((count, column) => Cell(count, counts.Sum(), isRight: row == column)),
                matrix.PerClassRecall[row].ToString("0.000", CultureInfo.InvariantCulture),
            ]);
        }

        return table;
    }

    private static string Name(int index, ImmutableArray<string> classes)
    {
        string number = Number(index);
        return classes[index] == number ? number : $"{number} {Markup.Escape(classes[index])}";
    }

    private static string Cell(double count, double ofRow, bool isRight) =>
        count switch
        {
            0 => "[grey]·[/]",
            _ when isRight => $"[green]{Number(count)}[/]",
            _ when count >= Notable * ofRow => $"[red]{Number(count)}[/]",
            _ => Number(count),
        };

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
