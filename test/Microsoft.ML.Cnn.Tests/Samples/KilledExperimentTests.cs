namespace Microsoft.ML.Cnn.Tests.Samples;

/// <summary>An experiment that is killed in the midst of its trials and started again.</summary>
public sealed class KilledExperimentTests : IDisposable
{
    private const string Began = "\"event\":\"begin\"";
    private const string Ended = "\"event\":\"end\"";

    /// <summary>Milliseconds from the beginning of a trial to a kill, at most: some epochs.</summary>
    private const int LongestDelay = 60;

    /// <summary>Columns of the leaderboard that say how long something took.</summary>
    private static readonly int[] timed = [5, 7];

    private readonly SampleFolder _folder = new(height: 12, width: 12);

    private int Kills { get; } = SampleProcess.Kills(byDefault: 3);

    private string Journal => _folder.PathOf("killed/trials.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Trials_and_winner_are_those_of_one_that_was_left_alone()
    {
        string[] expected = await Result("undisturbed");
        Random random = new(1);
        int inTheMidst = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            int enough = Count(Began) + 1;
            int delay = random.Next(LongestDelay);
            Assert.True(
                await SampleProcess.KillOnceAsync(
                    () =>
                    {
                        bool isEnough = Count(Began) >= enough;
                        if (isEnough)
                        {
                            Thread.Sleep(delay);
                        }

                        return isEnough;
                    },
                    Arguments("killed")
                )
            );
            inTheMidst += Count(Began) > Count(Ended) ? 1 : 0;
        }

        Assert.True(inTheMidst > 0, "No kill came in the midst of a trial.");
        Assert.Equal(expected, await Result("killed"));
    }

    /// <summary>Events of a kind in the journal, as another process has written it so far.</summary>
    private int Count(string happened)
    {
        if (!File.Exists(Journal))
        {
            return 0;
        }

        using FileStream file = new(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Split(happened).Length - 1;
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
            $"{Kills + 4}",
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
