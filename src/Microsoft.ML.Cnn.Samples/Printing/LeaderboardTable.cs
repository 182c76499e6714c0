using Microsoft.ML.Cnn.Samples.Reports;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>The best trials of an experiment.</summary>
internal static class LeaderboardTable
{
    public static Table Of(Leaderboard leaderboard, int most)
    {
        Table table = Screen.PlainTable();
        foreach (string heading in Leaderboard.Figures)
        {
            table.AddColumn(heading, column => column.RightAligned().NoWrap());
        }

        table.AddColumn("tries");
        foreach (LeaderboardRow row in leaderboard.Rows.Take(most))
        {
            table.AddRow([.. row.Figures.Append(TrialText.Of(row.Trial.TrialSettings.Parameters)).Select(Markup.Escape)]);
        }

        return table;
    }
}
