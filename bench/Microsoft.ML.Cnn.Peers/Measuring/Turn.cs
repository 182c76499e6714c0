using System.Diagnostics;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>
/// Runs this program again, for one command in a process of its own. Its host's environment carries what the peers need (see build/compare.sh).
/// </summary>
internal static class Turn
{
    /// <summary>How fast one engine is.</summary>
    public static Speed Measure(Workload workload)
    {
        ProcessStartInfo start = Again("measure", workload.Words, workload.Conditions.InstructionSet);

        string text = "";
        int code = Run(start, line => text += line);
        return code == 0 ? Speed.Parse(text) : throw new InvalidOperationException($"{workload.Setting} ended with {code}.");
    }

    /// <summary>Whether both sides compute the same; each proof's line goes where this process's errors do.</summary>
    /// <param name="arguments">Of the command.</param>
    /// <param name="instructionSet">What both sides compute with.</param>
    public static bool Prove(IEnumerable<string> arguments, string instructionSet) =>
        Run(Again("prove", arguments, instructionSet), Console.Error.WriteLine) == 0;

    private static ProcessStartInfo Again(string command, IEnumerable<string> arguments, string instructionSet)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [command, .. arguments]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in Conditions.EnvironmentOf(instructionSet))
        {
            start.Environment[name] = value;
        }

        return start;
    }

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
