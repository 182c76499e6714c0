using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Tests.Packaging;

namespace Microsoft.ML.Cnn.Tests.Samples;

/// <summary>The sample program in a process of its own, which can be killed without a moment to clean up.</summary>
internal static class SampleProcess
{
    /// <summary>Asks for more kills than the few that a test run has time for.</summary>
    private const string KillsVariable = "CNN_KILLS";

    /// <summary>The exit code of a process that was killed: on Unix 128 and the number of SIGKILL.</summary>
    private static int KilledCode => OperatingSystem.IsWindows() ? -1 : 128 + 9;

    public static int Kills(int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), CultureInfo.InvariantCulture, out int kills) ? kills : byDefault;

    /// <summary>Runs it to its end.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Kills it once that is asked for, in the midst of whatever it does then, unless it has ended before.</summary>
    /// <returns>Whether it was killed.</returns>
    public static async Task<bool> KillOnceAsync(Func<bool> isEnough, params string[] arguments)
    {
        using Process process = Start(arguments);
        while (!isEnough() && !process.HasExited)
        {
            await Task.Yield();
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == KilledCode;
    }

    /// <summary>All weights of a saved model.</summary>
    public static string[] WeightsOf(string model)
    {
        CnnModel loaded = CnnModel.Load(model);
        return [.. loaded.Segments.Select(segment => $"{segment.Path} {string.Join(' ', loaded.GetParameter(segment.Path))}")];
    }

    private static Process Start(string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Cnn.Samples.dll");
        return Process.Start(new ProcessStartInfo(DotnetCommand.Host, [program, .. arguments]) { RedirectStandardOutput = true })!;
    }
}
