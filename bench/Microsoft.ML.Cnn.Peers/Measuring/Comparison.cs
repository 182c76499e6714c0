using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>Runs this library and its peers in turns, each in a process of its own (A B C A B C ...), and takes medians of the ratios of neighbours.</summary>
/// <param name="Peers">Which.</param>
/// <param name="Rounds">Turns of each; fewer where they take long.</param>
/// <param name="Seconds">Of warm-up, and of measuring, in each turn; a step that takes longer is taken once for either.</param>
internal sealed record Comparison(IReadOnlyList<string> Peers, int Rounds, double Seconds)
{
    /// <summary>After this, a case that has had this many rounds gets no more.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);
    private const int FewestRounds = 3;

    /// <summary>Rounds at most, of those wanted: disturbed ones are refused and repeated.</summary>
    private const int MostTurns = 2;

    /// <summary>The results of one network in one mode; ONNX Runtime only predicts.</summary>
    public IEnumerable<Result> Compare(ComparedNetwork net, string mode, int batch, Conditions conditions)
    {
        string[] peers = [.. Peers.Where(peer => conditions.Allow(peer) && (mode == Workload.Infer || peer == Setting.Libtorch))];
        if (peers.Length == 0)
        {
            return [];
        }

        Workload ours = new(Setting.Ours, net, mode, batch, conditions, Seconds);
        Setting[] best = [.. peers.Select(peer => Best(peer, ours))];
        List<Speed[]> rounds = [];
        List<Speed[]> undisturbed = [];
        Stopwatch clock = Stopwatch.StartNew();
        while (undisturbed.Count < Rounds && rounds.Count < MostTurns * Rounds && (rounds.Count < FewestRounds || clock.Elapsed < patience))
        {
            Speed[] round = [Turn.Measure(ours), .. best.Select(setting => Turn.Measure(ours with { Setting = setting }))];
            rounds.Add(round);
            if (!round.Any(speed => speed.IsDisturbed))
            {
                undisturbed.Add(round);
            }
        }

        bool isValid = undisturbed.Count >= Math.Min(FewestRounds, Rounds);
        string? invalid = isValid ? null : $"others took the cores in {rounds.Count - undisturbed.Count} of {rounds.Count} rounds";
        List<Speed[]> counted = isValid ? undisturbed : rounds;
        return best.Select(
            (setting, i) =>
                Summarize(
                    ours,
                    [.. counted.Select(round => round[0].Images)],
                    setting,
                    [.. counted.Select(round => round[i + 1].Images)],
                    rounds.Count - undisturbed.Count,
                    invalid
                )
        );
    }

    /// <summary>The peer's better setting counts; which one that is, the faster of two turns of each tells.</summary>
    private static Setting Best(string peer, Workload workload)
    {
        IReadOnlyList<Setting> settings = Setting.Of(peer, workload.Threads);
        return settings.Count == 1 ? settings[0] : settings.MaxBy(setting => Math.Max(Images(setting), Images(setting)))!;

        double Images(Setting setting) => Turn.Measure(workload with { Setting = setting }).Images;
    }

    private static Result Summarize(Workload workload, double[] ours, Setting setting, double[] theirs, int refused, string? invalid)
    {
        double[] ratios = [.. ours.Zip(theirs, (mine, other) => mine / other)];
        Result result = new(
            workload.Net.Name,
            workload.Mode,
            workload.Threads,
            workload.Batch,
            setting.Library,
            Median.Of(ours),
            Median.Of(theirs),
            Median.Of(ratios),
            ratios.Min(),
            ratios.Max(),
            ratios.Length,
            setting.Name,
            workload.Conditions.InstructionSet,
            workload.Conditions.Convolutions,
            refused,
            invalid
        );
        Console.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Net, -9} {result.Mode, -5} batch {result.Batch, 2}, {result.Threads} thread(s): {result.Ours, 9:N1} images/s, {setting} {result.Theirs, 9:N1}: {result.Ratio:0.00} x ({result.Low:0.00} to {result.High:0.00}, {result.Rounds} rounds){(invalid == null ? "" : $" INVALID: {invalid}")}"
            )
        );
        return result;
    }
}
