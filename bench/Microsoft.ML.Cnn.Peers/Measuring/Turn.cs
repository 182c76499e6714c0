using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>
/// Runs this program again, for one command in a process of its own. Its host's environment carries what the peers need (see build/compare.sh).
/// </summary>
internal static class Turn
{
    /// <summary>Images a second of one engine, on as many cores as it has threads.</summary>
    public static double Measure(Workload workload)
    {
        ProcessStartInfo start = new("taskset", ["-c", $"0-{workload.Threads - 1}", Environment.ProcessPath!, "measure", .. workload.Words])
        {
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in workload.Conditions.Environment)
        {
            start.Environment[name] = value;
        }

        string text = "";
        int code = Run(start, line => text += line);
        return code == 0
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{workload.Setting} ended with {code}.");
    }

    /// <summary>Whether both sides compute the same; each proof's line goes where this process's errors do.</summary>
    public static bool Prove(IEnumerable<string> arguments) =>
        Run(
            new ProcessStartInfo(Environment.ProcessPath!, ["prove", .. arguments]) { RedirectStandardOutput = true },
            Console.Error.WriteLine
        ) == 0;

    private static int Run(ProcessStartInfo start, Action<string> takeLine)
    {
        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is string line)
        {
            takeLine(line);
        }

        process.WaitForExit();
        return process.ExitCode;
    }
}
