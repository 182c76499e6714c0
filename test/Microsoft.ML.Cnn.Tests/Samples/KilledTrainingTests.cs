namespace Microsoft.ML.Cnn.Tests.Samples;

/// <summary>A training that is killed and started again.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Weights_are_those_of_a_training_that_was_left_alone()
    {
        string[] expected = await Model("undisturbed", "expected.zip");
        Random random = new(1);
        for (int kill = 0; kill < SampleProcess.Kills(byDefault: 4); kill++)
        {
            Assert.True(await KillAfterCheckpoints(random.Next(1, 14)), $"Training was over before kill {kill + 1}.");
        }

        Assert.True(File.Exists(_folder.PathOf("killed/last.checkpoint")));
        Assert.Equal(expected, await Model("killed", "resumed.zip"));
    }

    private async Task<string[]> Model(string workspace, string file)
    {
        await SampleProcess.RunAsync(Arguments(workspace, file));
        return SampleProcess.WeightsOf(_folder.PathOf(file));
    }

    private Task<bool> KillAfterCheckpoints(int checkpoints)
    {
        string last = _folder.PathOf("killed/last.checkpoint");
        DateTime seen = File.GetLastWriteTimeUtc(last);
        return SampleProcess.KillOnceAsync(
            () =>
            {
                DateTime written = File.GetLastWriteTimeUtc(last);
                checkpoints -= written == seen ? 0 : 1;
                seen = written;
                return checkpoints <= 0;
            },
            Arguments("killed", "resumed.zip")
        );
    }

    private string[] Arguments(string workspace, string file) =>
        [
            "lenet5",
            "--data",
            _folder.Path,
            "--epochs",
            "40",
            "--batch-size",
            "8",
            "--validation",
            "0.25",
            "--model",
            _folder.PathOf(file),
            "--workspace",
            _folder.PathOf(workspace),
            "--checkpoint-seconds",
            "0",
        ];
}
