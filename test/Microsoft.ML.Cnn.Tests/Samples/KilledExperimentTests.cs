namespace Microsoft.ML.Cnn.Tests.Samples;

/// <summary>An experiment that is killed and started again.</summary>
public sealed class KilledExperimentTests : IDisposable
{
    /// <summary>That the journal grows by between two kills: a line has some hundreds.</summary>
    private const int MostBytes = 3000;

    /// <summary>Columns of the leaderboard that say how long something took.</summary>
    private static readonly int[] timed = [5, 7];

    private readonly SampleFolder _folder = new(height: 12, width: 12);

    private long Written => new FileInfo(_folder.PathOf("killed/trials.jsonl")) is { Exists: true } journal ? journal.Length : 0;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Trials_and_winner_are_those_of_one_that_was_left_alone()
    {
        string[] expected = await Result("undisturbed");
        Random random = new(1);
        for (int kill = 0; kill < SampleProcess.Kills(byDefault: 3); kill++)
        {
            long enough = Written + random.Next(1, MostBytes);
            await SampleProcess.KillOnceAsync(() => Written >= enough, Arguments("killed"));
        }

        Assert.True(Written > 0);
        Assert.Equal(expected, await Result("killed"));
    }

    /// <summary>The trials in their order, and the weights of the winner.</summary>
    private async Task<string[]> Result(string workspace)
    {
        await SampleProcess.RunAsync(Arguments(workspace));
        string report = _folder.PathOf($"{workspace}-report");
        IEnumerable<string> trials = File.ReadLines(Path.Combine(report, "leaderboard.csv")).Select(WithoutTimes);
        return [.. trials, .. SampleProcess.WeightsOf(Path.Combine(report, "winner.zip"))];
    }

    private static string WithoutTimes(string row) => string.Join(',', row.Split(',').Where((_, column) => !timed.Contains(column)));

    private string[] Arguments(string workspace) =>
        [
            "experiment",
            "--data",
            _folder.Path,
            "--models",
            "8",
            "--epochs",
            "9",
            "--seed",
            "2",
            "--workspace",
            _folder.PathOf(workspace),
            "--report",
            _folder.PathOf($"{workspace}-report"),
        ];
}
