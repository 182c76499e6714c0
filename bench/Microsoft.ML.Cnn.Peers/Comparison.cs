using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>Runs the engines in turns, each in a process of its own (A B A B ...), and prints medians of the ratios of neighbours.</summary>
internal static class Comparison
{
    private static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static int Run(string[] args)
    {
        Option<string> nets = new("--nets") { DefaultValueFactory = _ => "lenet5", Description = "Networks, separated by commas." };
        Option<string> threads = new("--threads")
        {
            DefaultValueFactory = _ => "1,2",
            Description = "Numbers of threads, separated by commas.",
        };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 5, Description = "Turns of each engine." };
        Option<double> seconds = new("--seconds")
        {
            DefaultValueFactory = _ => 3,
            Description = "Of warm-up, and of measuring, in each turn.",
        };
        Option<FileInfo?> output = new("--out") { Description = "Writes the results there as JSON." };
        RootCommand command = new("The same work through this library and its peers.") { nets, threads, rounds, seconds, output };
        command.SetAction(parsed =>
        {
            List<Result> results = [];
            foreach (string net in parsed.GetRequiredValue(nets).Split(','))
            {
                foreach (
                    int count in parsed.GetRequiredValue(threads).Split(',').Select(word => int.Parse(word, CultureInfo.InvariantCulture))
                )
                {
                    foreach ((string mode, int batch) in Cases(net))
                    {
                        Result result = Compare(
                            new Workload(Workload.Ours, net, mode, count, batch, parsed.GetValue(seconds)),
                            parsed.GetValue(rounds)
                        );
                        Print(result);
                        results.Add(result);
                    }
                }
            }

            if (parsed.GetValue(output) is FileInfo file)
            {
                File.WriteAllText(file.FullName, JsonSerializer.Serialize(new Report(Machine(), results), json));
            }
        });
        return command.Parse(args).Invoke();
    }

    private static IEnumerable<(string Mode, int Batch)> Cases(string net) =>
        net switch
        {
            "lenet5" => [("train", 64), ("infer", 64), ("infer", 1)],
            _ => throw new ArgumentException($"There is no network '{net}'. There is: lenet5."),
        };

    private static Result Compare(Workload ours, int rounds)
    {
        // The peer's better setting counts; which one that is, one turn of each tells.
        string peer = new[] { Workload.Libtorch, Workload.LibtorchChannelsLast }.MaxBy(engine => Turn(ours with { Engine = engine }))!;
        List<(double Ours, double Theirs)> turns = [];
        for (int round = 0; round < rounds; round++)
        {
            turns.Add((Turn(ours), Turn(ours with { Engine = peer })));
        }

        double[] ratios = [.. turns.Select(turn => turn.Ours / turn.Theirs).Order()];
        return new Result(
            ours.Net,
            ours.Mode,
            ours.Threads,
            ours.Batch,
            peer,
            Median([.. turns.Select(turn => turn.Ours).Order()]),
            Median([.. turns.Select(turn => turn.Theirs).Order()]),
            Median(ratios),
            ratios[0],
            ratios[^1]
        );
    }

    private static double Turn(Workload workload)
    {
        // Run by this program's own host, whose environment carries what the peer needs (see build/compare.sh).
        ProcessStartInfo start = new(Environment.ProcessPath!, ["measure", .. workload.Words]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{workload.Engine} ended with {process.ExitCode}.");
    }

    private static double Median(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;

    private static void Print(Result result) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Net, -8} {result.Mode, -5} batch {result.Batch, 3}, {result.Threads} thread(s): {result.Ours, 10:N0} images/s, {result.Peer} {result.Theirs, 9:N0}: {result.Ratio:0.00} x ({result.Low:0.00} to {result.High:0.00})"
            )
        );

    private static string Machine()
    {
        string model =
            File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1]
                .Trim()
            ?? "unknown";
        return $"{model}, {Environment.ProcessorCount} cores, .NET {Environment.Version}";
    }

    private sealed record Report(string Machine, IReadOnlyList<Result> Results);

    private sealed record Result(
        string Net,
        string Mode,
        int Threads,
        int Batch,
        string Peer,
        double Ours,
        double Theirs,
        double Ratio,
        double Low,
        double High
    );
}
