using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Cnn.Peers.Engines;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>The command line of the comparison.</summary>
internal static class CompareCommand
{
    private static readonly Option<string> nets = Options.Nets();
    private static readonly Option<string> modes = Options.Words("--modes", "What is measured", Mode.All);
    private static readonly Option<string> peers = Options.Words("--peers", "Whom with", [Setting.Libtorch, Setting.OnnxRuntime]);
    private static readonly Option<string> threads = Options.Words(
        "--threads",
        "Numbers of threads",
        [.. Enumerable.Range(1, Environment.ProcessorCount).Select(count => $"{count}")],
        most: 2
    );
    private static readonly Option<int> rounds = new("--rounds")
    {
        DefaultValueFactory = _ => 5,
        Description = "Turns of each engine; three where they take long.",
    };
    private static readonly Option<double> seconds = new("--seconds")
    {
        DefaultValueFactory = _ => 1.5,
        Description = "Of warm-up, and of measuring, in each turn.",
    };
    private static readonly Option<FileInfo?> output = new("--out")
    {
        Description = "Writes the results there as JSON, anew after each case.",
    };
    private static readonly Option<string> instructionSet = new("--instruction-set")
    {
        DefaultValueFactory = _ => Conditions.BestInstructionSet,
        Description =
            $"{Conditions.Avx512} or {Conditions.Avx2}. ONNX Runtime cannot be held to less than the machine has, and is left out.",
    };
    private static readonly Option<bool> unproved = new("--unproved") { Description = "Does not prove first that all compute the same." };

    public static int Run(string[] args)
    {
        rounds.Validators.Add(result => Options.RequirePositive(result, result.GetValueOrDefault<int>()));
        seconds.Validators.Add(result => Options.RequirePositive(result, result.GetValueOrDefault<double>()));
        instructionSet.AcceptOnlyFromAmong(Conditions.Avx512, Conditions.Avx2);
        RootCommand command = new("The same work through this library and its peers.")
        {
            nets,
            modes,
            peers,
            threads,
            rounds,
            seconds,
            output,
            instructionSet,
            Options.Direct,
            unproved,
        };
        command.SetAction(parsed =>
        {
            // Before all that takes long.
            FileInfo? file = parsed.GetValue(output);
            file?.Directory?.Create();
            Comparison comparison = new(Options.Split(parsed, peers), parsed.GetValue(rounds));
            Workload[] workloads = Workloads(parsed, comparison);
            if (workloads.Length == 0)
            {
                Console.Error.WriteLine(
                    "There is nothing to compare: none of --nets has any of --modes with those --threads and --peers (libtorch does all, ONNX Runtime only infers; gemm has one thread)."
                );
                return 1;
            }

            if (
                !parsed.GetValue(unproved)
                && !Turn.Prove(
                    ["--nets", parsed.GetRequiredValue(nets), Options.Direct.Name, $"{parsed.GetValue(Options.Direct)}"],
                    parsed.GetRequiredValue(instructionSet)
                )
            )
            {
                return 1;
            }

            Report report = new(Circumstances.Now(parsed.GetRequiredValue(instructionSet)), []);
            List<Result> results = [];
            foreach (Workload ours in workloads)
            {
                results.AddRange(comparison.Compare(ours));
                report = report with { Results = [.. results.Select(result => result.Judge(results))] };
                if (file != null)
                {
                    report.Write(file);
                }
            }

            Console.WriteLine(report.Table(Options.Convolutions(parsed)));
            return 0;
        });
        return command.Parse(args).Invoke();
    }

    /// <summary>What shall be compared and at least one of the peers does.</summary>
    private static Workload[] Workloads(ParseResult parsed, Comparison comparison)
    {
        string[] wanted = Options.Split(parsed, modes);
        return
        [
            .. from work in Options.Works(parsed, nets)
            from count in Options.Split(parsed, threads)
            let conditions = new Conditions(
                int.Parse(count, CultureInfo.InvariantCulture),
                parsed.GetRequiredValue(instructionSet),
                Options.Convolutions(parsed)
            )
            from one in work.Cases(conditions.Threads)
            where wanted.Contains(one.Mode)
            let ours = new Workload(Setting.Ours, work, one.Mode, one.Batch, conditions, parsed.GetValue(seconds))
            where comparison.SettingsFor(ours).Length > 0
            select ours,
        ];
    }
}
