using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Tests.Packaging;

namespace Microsoft.ML.Cnn.Tests.Samples;

/// <summary>The sample program in a process of its own that is killed, without a moment to clean up, and started again.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    /// <summary>Asks for more kills than the few that a test run has time for.</summary>
    private const string KillsVariable = "CNN_KILLS";

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) ?? "4", CultureInfo.InvariantCulture);

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Weights_are_those_of_a_training_that_was_left_alone()
    {
        string[] expected = await Model("undisturbed", "expected.zip");
        Random random = new(1);
        for (int kill = 0; kill < Kills; kill++)
        {
            await KillAfterCheckpoints(random.Next(1, 14));
        }

        Assert.True(File.Exists(_folder.PathOf("killed/last.checkpoint")));
        Assert.Equal(expected, await Model("killed", "resumed.zip"));
    }

    private async Task<string[]> Model(string workspace, string file)
    {
        using Process process = Start(workspace, file);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        CnnModel model = CnnModel.Load(_folder.PathOf(file));
        return [.. model.Segments.Select(segment => $"{segment.Path} {string.Join(' ', model.GetParameter(segment.Path))}")];
    }

    /// <summary>Kills a process once it has written so many checkpoints, in the midst of whatever it does then.</summary>
    private async Task KillAfterCheckpoints(int checkpoints)
    {
        using Process process = Start("killed", "resumed.zip");
        string last = _folder.PathOf("killed/last.checkpoint");
        DateTime seen = File.GetLastWriteTimeUtc(last);
        while (checkpoints > 0 && !process.HasExited)
        {
            await Task.Yield();
            DateTime written = File.GetLastWriteTimeUtc(last);
            checkpoints -= written == seen ? 0 : 1;
            seen = written;
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private Process Start(string workspace, string file)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Cnn.Samples.dll");
        string[] arguments =
        [
            program,
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
        return Process.Start(new ProcessStartInfo(DotnetCommand.Host, arguments) { RedirectStandardOutput = true })!;
    }
}
