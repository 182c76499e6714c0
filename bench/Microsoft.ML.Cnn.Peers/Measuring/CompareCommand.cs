using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>The command line of the comparison.</summary>
internal static class CompareCommand
{
    private static readonly Option<string> nets = Options.Words("--nets", "Networks", [.. ComparedNetwork.All.Select(net => net.Name)]);
    private static readonly Option<string> modes = Options.Words("--modes", "What is measured", Workload.Train, Workload.Infer);
    private static readonly Option<string> peers = Options.Words("--peers", "Whom with", Setting.Libtorch, Setting.OnnxRuntime);
    private static readonly Option<string> threads = new("--threads")
    {
        DefaultValueFactory = _ => "1,2",
        Description = "Numbers of threads, separated by commas.",
    };
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
    private static readonly Option<FileInfo?> output = new("--out") { Description = "Writes the results there as JSON." };
    private static readonly Option<string> instructionSet = new("--instruction-set")
    {
        DefaultValueFactory = _ => Conditions.BestInstructionSet,
        Description =
            $"{Conditions.Avx512} or {Conditions.Avx2}. ONNX Runtime cannot be held to less than the machine has, and is left out.",
    };
    private static readonly Option<bool> unproved = new("--unproved") { Description = "Does not prove first that all compute the same." };

    public static int Run(string[] args)
    {
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
            parsed.GetValue(output)?.Directory?.Create();
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

            Result[] results = [.. Results(parsed)];
            Report report = new(Report.ThisMachine, [.. results.Select(result => result.Judge(results))]);
            Console.WriteLine(report.Table(parsed.GetRequiredValue(instructionSet), Options.Convolutions(parsed)));
            if (parsed.GetValue(output) is FileInfo file)
            {
                report.Write(file);
            }

            return 0;
        });
        return command.Parse(args).Invoke();
    }

    private static IEnumerable<Result> Results(ParseResult parsed)
    {
        Comparison comparison = new(Split(parsed, peers), parsed.GetValue(rounds), parsed.GetValue(seconds));
        string[] wanted = Split(parsed, modes);
        return from net in Split(parsed, nets).Select(ComparedNetwork.Named)
            from count in Split(parsed, threads)
            let conditions = new Conditions(
                int.Parse(count, CultureInfo.InvariantCulture),
                parsed.GetRequiredValue(instructionSet),
                Options.Convolutions(parsed)
            )
            from work in net.Cases
            where wanted.Contains(work.Mode)
            from result in comparison.Compare(net, work.Mode, work.Batch, conditions)
            select result;
    }

    private static string[] Split(ParseResult parsed, Option<string> option) => parsed.GetRequiredValue(option).Split(',');
}
