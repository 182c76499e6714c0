using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>The trials of an experiment that runs.</summary>
internal static class TrialTable
{
    private const int WidthOfFrame = 5;
    private const int WidthOfGap = 3;

    private static readonly (string Heading, int Width, Justify Side)[] Figures =
    [
        ("Trial", 5, Justify.Right),
        ("Epochs", 6, Justify.Right),
        ("Accuracy", 8, Justify.Right),
        ("Time", 9, Justify.Right),
        ("State", 13, Justify.Left),
    ];

    /// <param name="rows">In the order in which they are shown.</param>
    /// <param name="most">Rows that there is room for.</param>
    /// <param name="width">Of the screen: what there is no room for is cut off.</param>
    /// <param name="elapsed">Time so far.</param>
    /// <param name="limit">Time that the experiment has.</param>
    public static Table Of(TrialRow[] rows, int most, int width, TimeSpan elapsed, TimeSpan limit)
    {
        Table table = Screen.PlainTable();
        foreach ((string heading, int widthOfColumn, Justify side) in Figures)
        {
            table.AddColumn(heading, column => column.Width(widthOfColumn).Alignment(side).NoWrap());
        }

        int left = Math.Max(1, width - WidthOfFrame - Figures.Sum(figure => figure.Width + WidthOfGap));
        table.AddColumn("Tries", column => column.NoWrap());
        TrialRow? best = rows.Where(row => row.State != TrialState.Failed).MaxBy(row => row.Accuracy ?? -1);
        foreach (TrialRow row in rows.Take(most))
        {
            Style style = StyleOf(row, isBest: row == best && row.Accuracy is not null);
            table.AddRow(
                Cell($"{row.Settings.TrialId}"),
                Cell($"{row.Epochs}"),
                Cell(TrialText.Accuracy(row.Accuracy)),
                Cell(TrialText.Seconds(row.Time)),
                Cell(row == best && row.Accuracy is not null ? $"{row.State}, best" : $"{row.State}"),
                Cell(Cut(TrialText.Of(row.Settings.Parameters), left))
            );

            Text Cell(string text) => new(text, style);
        }

        return table.Caption(Caption(rows, elapsed, limit));
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : $"{text.AsSpan(0, width - 1)}…";

    private static string Caption(TrialRow[] rows, TimeSpan elapsed, TimeSpan limit)
    {
        IEnumerable<string> counts = Enum.GetValues<TrialState>()
            .Select(state => $"{rows.Count(row => row.State == state)} {state.ToString().ToLowerInvariant()}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Length} trials: {string.Join(", ", counts)}; {elapsed:hh\\:mm\\:ss} of {limit:hh\\:mm\\:ss}"
        );
    }

    private static Style StyleOf(TrialRow row, bool isBest) =>
        row.State switch
        {
            TrialState.Failed => new Style(Color.Red),
            _ when isBest => new Style(Color.Green, decoration: Decoration.Bold),
            TrialState.Running => new Style(Color.Yellow),
            TrialState.Completed => Style.Plain,
            _ => new Style(Color.Grey),
        };
}
