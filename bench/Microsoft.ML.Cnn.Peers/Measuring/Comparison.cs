using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Peers.Engines;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>Runs this library and its peers in turns, each in a process of its own (A B C A B C ...), and takes medians of the ratios of neighbours.</summary>
/// <param name="Peers">Which.</param>
/// <param name="Rounds">Turns of each; fewer where they take long.</param>
internal sealed record Comparison(IReadOnlyList<string> Peers, int Rounds)
{
    /// <summary>After this, a case that has had this many rounds gets no more.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);
    private const int FewestRounds = 3;

    /// <summary>Rounds at most, of those wanted: disturbed ones are refused and repeated.</summary>
    private const int MostTurns = 2;

    /// <summary>The ways of each peer that does this.</summary>
    public IReadOnlyList<Setting>[] SettingsFor(Workload ours) =>
        [
            .. Peers
                .Where(ours.Conditions.Allow)
                .Select(peer => ours.Work.Settings(peer, ours.Mode, ours.Threads))
                .Where(settings => settings.Count > 0),
        ];

    /// <summary>The results of one case, one for each peer that does it.</summary>
    public IEnumerable<Result> Compare(Workload ours)
    {
        Setting[] best = [.. SettingsFor(ours).Select(settings => Best(settings, ours))];
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
        return
        [
            .. best.Select(
                (setting, i) =>
                    Summarize(
                        ours,
                        [.. counted.Select(round => round[0])],
                        setting,
                        [.. counted.Select(round => round[i + 1].Units)],
                        rounds.Count - undisturbed.Count,
                        invalid
                    )
            ),
        ];
    }

    /// <summary>The peer's better setting counts; which one that is, the faster of two turns of each tells.</summary>
    private static Setting Best(IReadOnlyList<Setting> settings, Workload workload)
    {
        return settings.Count == 1 ? settings[0] : settings.MaxBy(setting => Math.Max(Units(setting), Units(setting)))!;

        double Units(Setting setting) => Turn.Measure(workload with { Setting = setting }).Units;
    }

    private static Result Summarize(Workload workload, Speed[] turns, Setting setting, double[] theirs, int refused, string? invalid)
    {
        double[] ours = [.. turns.Select(turn => turn.Units)];
        double[] shares = [.. turns.Select(turn => turn.PeakShare).OfType<double>()];
        double[] ratios = [.. ours.Zip(theirs, (mine, other) => mine / other)];
        Result result = new(
            workload.Work.Name,
            workload.Mode,
            workload.Threads,
            workload.Batch,
            setting.Library,
            Median.Of(ours),
            Median.Of(theirs),
            Median.Of(ratios),
            ratios.Min(),
            ratios.Max(),
            shares.Length > 0 ? Median.Of(shares) : null,
            ratios.Length,
            setting.Name,
            workload.Conditions.Convolutions,
            refused,
            Invalid: null
        );
        Console.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Net, -21} {result.Mode, -15} batch {result.Batch, 2}, {result.Threads} thread(s): {result.Ours, 9:N1} {workload.Work.Unit}/s, {setting} {result.Theirs, 9:N1}: {result.Ratio:0.00} x ({result.Low:0.00} to {result.High:0.00}, {result.Rounds} rounds){(invalid == null ? "" : $" INVALID: {invalid}")}"
            )
        );
        return invalid == null ? result : result.Refuse(invalid);
    }
}
