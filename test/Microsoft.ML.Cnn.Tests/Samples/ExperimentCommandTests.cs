using System.Text.Json;
using Microsoft.ML.Cnn.Samples.Reports;

namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class ExperimentCommandTests : IDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly SampleFolder _folder = new(height: 12, width: 12);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_reports_every_trial_and_saves_a_winner_that_plain_ML_NET_loads()
    {
        SampleResult result = Search();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [
                "importance.png",
                "leaderboard.csv",
                "leaderboard.md",
                "learning-curves.png",
                "metrics.json",
                "pareto-latency.png",
                "pareto-size.png",
                "winner.zip",
            ],
            Directory.GetFiles(_folder.PathOf("report")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.All(Directory.GetFiles(_folder.PathOf("report"), "*.png"), picture => Assert.Equal(Png, File.ReadAllBytes(picture)[..8]));
        string[] rows = File.ReadAllLines(_folder.PathOf("report/leaderboard.csv"));
        Assert.Equal(1 + 4, rows.Length);
        Assert.StartsWith(
            "rank,trial,state,epochs,accuracy,seconds,parameters,latency ms,error,Augmentation,BatchSize,",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.Equal(2 + 4, File.ReadAllLines(_folder.PathOf("report/leaderboard.md")).Length);
        Assert.Contains("trial   3", result.Output, StringComparison.Ordinal);
        Assert.Contains("The best of 4 trials", result.Output, StringComparison.Ordinal);

        SampleResult prediction = SampleResult.Of("predict", "--data", _folder.Path, "--model", _folder.PathOf("report/winner.zip"));
        Assert.Equal((0, ""), (prediction.ExitCode, prediction.Error));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(_folder.PathOf("report/metrics.json")));
        JsonElement root = metrics.RootElement;
        Assert.Equal("experiment", root.GetProperty("command").GetString());
        Assert.Equal(4, root.GetProperty("trials").GetInt32());
        Assert.Equal(SampleFolder.TrainImages, root.GetProperty("images").GetInt32());
        Assert.Equal(SampleFolder.TestImages, root.GetProperty("testImages").GetInt32());
        Assert.StartsWith($"1,{root.GetProperty("winner").GetInt32()},", rows[1], StringComparison.Ordinal);
        Assert.Contains(
            prediction.Output.Split('\n'),
            line =>
                line.Contains("micro accuracy", StringComparison.Ordinal)
                && line.Contains(
                    FormattableString.Invariant($"{root.GetProperty("microAccuracy").GetDouble():0.0000}"),
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void With_a_workspace_it_goes_on_where_it_was()
    {
        string workspace = _folder.PathOf("workspace");
        SampleResult first = Search("--workspace", workspace);
        SampleResult again = Search("--workspace", workspace);

        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Contains("trial   3", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("trial   3", again.Output, StringComparison.Ordinal);
        Assert.Contains("The best of 4 trials", again.Output, StringComparison.Ordinal);
        Search("--workspace", workspace, "--seed", "2").AssertRefused("another experiment");
    }

    [Fact]
    public void Interrupted_before_the_first_trial_it_ends_with_one_line()
    {
        SampleResult result = SampleResult.Interrupted("experiment", "--data", _folder.Path, "--report", _folder.PathOf("report"));

        Assert.Equal(130, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("report")));
    }

    [Theory]
    [InlineData("--minutes", "0", "a number above 0, received '0'")]
    [InlineData("--models", "0", "at least 1, received '0'")]
    [InlineData("--epochs", "-1", "at least 1, received '-1'")]
    [InlineData("--validation", "0", "above 0 and below 1, received '0'")]
    [InlineData("--tuner", "best", "one of tpe, random, grid, received 'best'")]
    [InlineData("--report", "/dev/null/report", "--report")]
    public void A_bad_option_is_refused_in_one_line(string option, string value, string why) =>
        SampleResult.Of("experiment", "--data", _folder.Path, option, value).AssertRefused(why);

    [Fact]
    public void A_leaderboard_has_the_best_first_quotes_what_needs_it_and_ends_with_what_failed()
    {
        CnnTrialResult good = Trial(1, 0.25);
        CnnTrialResult bad = Trial(0, double.MaxValue) with
        {
            Error = "too \"wide\", by far\nreally",
            LearningCurve = [],
            Metric = double.NaN,
        };
        Leaderboard leaderboard = new([bad, good], mostEpochs: 3);
        using MemoryStream stream = new();
        leaderboard.WriteCsv(stream);
        Assert.Equal(
            "rank,trial,state,epochs,accuracy,seconds,parameters,latency ms,error\n"
                + "1,1,stopped,1,0.7500,1.5,,,\n"
                + "2,0,failed,0,,1.5,,,\"too \"\"wide\"\", by far really\"\n",
            System.Text.Encoding.UTF8.GetString(stream.ToArray())
        );
    }

    private static CnnTrialResult Trial(int number, double loss) =>
        new()
        {
            TrialSettings = new CnnTrialSettings(number, CnnSearchSpace.Empty.Defaults),
            Loss = loss,
            Metric = 1 - loss,
            Epochs = 1,
            LearningCurve = [1 - loss],
            DurationInMilliseconds = 1500,
        };

    private SampleResult Search(params string[] more) =>
        SampleResult.Of([
            "experiment",
            "--data",
            _folder.Path,
            "--report",
            _folder.PathOf("report"),
            "--models",
            "4",
            "--epochs",
            "3",
            "--validation",
            "0.3",
            .. more,
        ]);
}
