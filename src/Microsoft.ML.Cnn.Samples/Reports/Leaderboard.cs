using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>A trial with its place.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Figures">As <see cref="Leaderboard.Figures"/> names them.</param>
internal sealed record LeaderboardRow(CnnTrialResult Trial, ImmutableArray<string> Figures);

/// <summary>All trials of an experiment from the best on; those that failed are the last.</summary>
internal sealed class Leaderboard
{
    private readonly string[] _settings;

    /// <param name="trials">In any order.</param>
    /// <param name="mostEpochs">Epochs of a trial that is trained to its end.</param>
    public Leaderboard(IEnumerable<CnnTrialResult> trials, int mostEpochs)
    {
        Rows =
        [
            .. trials
                .OrderBy(trial => trial.Loss)
                .ThenBy(trial => trial.TrialSettings.TrialId)
                .Select((trial, place) => new LeaderboardRow(trial, FiguresOf(trial, place + 1, mostEpochs))),
        ];
        _settings = [.. Rows.SelectMany(row => row.Trial.TrialSettings.Parameters.Names).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The headings of what was measured.</summary>
    public static ImmutableArray<string> Figures { get; } =
    ["rank", "trial", "state", "epochs", "accuracy", "seconds", "parameters", "latency ms"];

    public ImmutableArray<LeaderboardRow> Rows { get; }

    /// <summary>Writes comma-separated values (RFC 4180): what was measured, why a trial failed, and a column for each setting.</summary>
    public void WriteCsv(Stream stream) => WriteLines(stream, Lines().Select(cells => string.Join(',', cells.Select(Quote))));

    /// <summary>Writes a table for people to read, in Markdown.</summary>
    public void WriteTable(Stream stream)
    {
        string[][] lines = [.. Lines().Select(cells => cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)).ToArray())];
        int[] widths = [.. lines[0].Select((_, column) => lines.Max(cells => cells[column].Length))];
        WriteLines(stream, [Line(lines[0]), Line([.. widths.Select(width => new string('-', width))]), .. lines[1..].Select(Line)]);

        string Line(string[] cells) => $"| {string.Join(" | ", cells.Select((cell, column) => cell.PadRight(widths[column])))} |";
    }

    private static ImmutableArray<string> FiguresOf(CnnTrialResult trial, int place, int mostEpochs)
    {
        string state =
            !trial.HasMetric ? "failed"
            : trial.Epochs == mostEpochs ? "completed"
            : "stopped";
        return
        [
            $"{place}",
            $"{trial.TrialSettings.TrialId}",
            state,
            $"{trial.LearningCurve.Length}",
            trial.HasMetric ? trial.Metric.ToString("0.0000", CultureInfo.InvariantCulture) : "",
            (trial.DurationInMilliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture),
            $"{trial.ParameterCount}",
            trial.LatencyInMilliseconds?.ToString("0.000", CultureInfo.InvariantCulture) ?? "",
        ];
    }

    private static void WriteLines(Stream stream, IEnumerable<string> lines)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
        foreach (string line in lines)
        {
            writer.Write(line);
            writer.Write('\n');
        }
    }

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private IEnumerable<string[]> Lines() =>
        Rows.Select(row =>
                (string[])
                    [
                        .. row.Figures,
                        row.Trial.Error?.ReplaceLineEndings(" ") ?? "",
                        .. _settings.Select(name => Setting(row.Trial.TrialSettings.Parameters, name)),
                    ]
            )
            .Prepend([.. Figures, "error", .. _settings]);

    private static string Setting(CnnParameters parameters, string name) =>
        parameters.Contains(name) ? Convert.ToString(parameters[name], CultureInfo.InvariantCulture)! : "";
}
