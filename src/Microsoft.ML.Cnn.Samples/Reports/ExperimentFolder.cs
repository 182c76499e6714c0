using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The files of the report of an experiment, the winner apart.</summary>
internal static class ExperimentFolder
{
    private const int Width = 1000;
    private const int Height = 640;

    /// <summary>Writes them, each in place of one that is there.</summary>
    /// <returns>Their names.</returns>
    public static ImmutableArray<string> Write(string folder, ExperimentReport report, CnnExperiment experiment, Leaderboard leaderboard)
    {
        (string Name, Action<Stream> Write)[] files =
        [
            ("leaderboard.csv", leaderboard.WriteCsv),
            ("leaderboard.md", leaderboard.WriteTable),
        ];
        (string Name, OxyPlot.PlotModel Chart)[] charts =
        [
            ("learning-curves.png", TrialCurvesChart.Of([.. leaderboard.Rows.Select(row => row.Trial)])),
            ("importance.png", ImportanceChart.Of(experiment.ParameterImportance())),
            ("pareto-latency.png", ParetoChart.Of("milliseconds to score one image", trial => trial.LatencyInMilliseconds, experiment)),
            ("pareto-size.png", ParetoChart.Of("parameters", trial => trial.ParameterCount, experiment)),
        ];
        foreach ((string name, Action<Stream> write) in files)
        {
            PlacedFile.Write(Path.Combine(folder, name), write);
        }

        foreach ((string name, OxyPlot.PlotModel chart) in charts)
        {
            ChartFile.Write(folder, name, chart, Width, Height);
        }

        // Last: whoever finds the figures finds the rest too.
        const string Metrics = "metrics.json";
        PlacedFile.Write(Path.Combine(folder, Metrics), report.Write);
        return [Metrics, .. files.Select(file => file.Name), .. charts.Select(chart => chart.Name)];
    }
}
