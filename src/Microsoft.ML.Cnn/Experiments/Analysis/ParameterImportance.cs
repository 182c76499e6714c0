using System.Collections.Immutable;
using Microsoft.ML.Cnn.Experiments.Spaces;
using Microsoft.ML.Cnn.Experiments.Tuners;

namespace Microsoft.ML.Cnn.Experiments.Analysis;

/// <summary>
/// The importance of parameters by PED-ANOVA (Watanabe, Bansal and Hutter 2023, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces"): a
/// parameter matters as far as its values among the best trials differ from those among all, measured by the Pearson divergence of the two densities.
/// </summary>
/// <remarks>
/// <para>
/// Two things are not in the paper. Few trials differ by chance too: what as many trials drawn at random would show on average is subtracted. And a tuner comes to prefer values while
/// its trials become better, whether the ones cause the other or not: so a trial counts as one of the best if it is among its neighbours in the order of proposals. That lessens it; what a tuner preferred
/// together with what matters still keeps a share, and only random search is free of it.
/// </para>
/// <para>A parameter that only varies under an alternative is judged among the trials that chose it, and weighs as much as they are of all.</para>
/// </remarks>
internal static class ParameterImportance
{
    /// <summary>Fewer say nothing.</summary>
    public const int LeastTrials = 20;

    private const double BestShare = 0.2;
    private const int Subsets = 50;

    /// <summary>All parameters of a space, from the most important on; those of which nothing can be said are the last.</summary>
    /// <param name="space">What varied.</param>
    /// <param name="trials">All of them.</param>
    /// <param name="loss">Of a point in the learning curve of a trial: less is better.</param>
    public static ImmutableArray<CnnParameterImportance> Of(
        CnnSearchSpace space,
        IReadOnlyList<CnnTrialResult> trials,
        Func<CnnTrialResult, double, double> loss
    )
    {
        (Dictionary<SearchPath, double> Places, double Loss)[] compared =
        [
            .. Comparable(trials, loss).Select(trial => (space.PlacesOf(trial.Parameters), trial.Loss)),
        ];
        (SearchPath Path, int Trials, double? Excess)[] found =
        [
            .. space
                .AllPaths()
                .Select(path =>
                {
                    (double Place, double Loss)[] values =
                    [
                        .. compared
                            .Where(trial => trial.Places.ContainsKey(path.Key))
                            .Select(trial => (trial.Places[path.Key], trial.Loss)),
                    ];
                    return (path.Key, values.Length, Excess(path.Value, path.Key.Name, values) * values.Length / compared.Length);
                }),
        ];
        double sum = found.Sum(one => one.Excess ?? 0);
        return
        [
            .. found
                .Select(one => new CnnParameterImportance(one.Path.Name, sum > 0 ? one.Excess / sum : one.Excess, one.Trials)
                {
                    Condition = one.Path.Condition?.ToString(),
                })
                .OrderByDescending(one => one.Share ?? -1),
        ];
    }

    /// <summary>
    /// The trials that can be compared, in their order: by the best loss of as many epochs as enough of them have had. Those that failed before are the worst.
    /// </summary>
    private static IEnumerable<(CnnParameters Parameters, double Loss)> Comparable(
        IReadOnlyList<CnnTrialResult> trials,
        Func<CnnTrialResult, double, double> loss
    )
    {
        int[] lengths = [.. trials.Select(trial => trial.LearningCurve.Length).Where(length => length > 0).OrderDescending()];
        int epochs = lengths.ElementAtOrDefault(Math.Min(LeastTrials, lengths.Length) - 1);
        foreach (CnnTrialResult trial in trials)
        {
            if (trial.LearningCurve.Length >= Math.Max(1, epochs))
            {
                yield return (trial.TrialSettings.Parameters, trial.LearningCurve.Take(epochs).Min(point => loss(trial, point)));
            }
            else if (trial.Error is not null)
            {
                yield return (trial.TrialSettings.Parameters, double.MaxValue);
            }
        }
    }

    /// <summary>How much farther the best are from all than as many drawn at random would be, at least 0.</summary>
    private static double? Excess(CnnSearchOption option, string name, (double Place, double Loss)[] values)
    {
        if (values.Length < LeastTrials || values.DistinctBy(value => value.Place).Count() == 1)
        {
            return null;
        }

        double[] places = [.. values.Select(value => value.Place)];
        double[] best = [.. Best(values)];
        ParameterDensity density = new(option, Deviation(places), best.Length);
        double[] all = density.Of(places);
        double chance = Enumerable
            .Range(0, Subsets)
            .Average(subset =>
                Divergence(density.Of(Shuffled(places, new Draws(subset, places.Length, name)).AsSpan(0, best.Length)), all)
            );
        return Math.Max(0, Divergence(density.Of(best), all) - chance);
    }

    /// <summary>The places of the best of each stretch of neighbours.</summary>
    private static IEnumerable<double> Best((double Place, double Loss)[] values)
    {
        int stretches = values.Length / LeastTrials;
        return Enumerable
            .Range(0, stretches)
            .Select(stretch => values[(stretch * values.Length / stretches)..((stretch + 1) * values.Length / stretches)])
            .SelectMany(stretch => stretch.OrderBy(value => value.Loss).Take((int)Math.Ceiling(BestShare * stretch.Length)))
            .Select(value => value.Place);
    }

    /// <summary>The Pearson divergence of a density from another.</summary>
    private static double Divergence(double[] best, double[] all) =>
        best.Zip(all, (numerator, denominator) => denominator * Math.Pow(numerator / denominator - 1, 2)).Sum();

    private static double Deviation(double[] places)
    {
        double mean = places.Average();
        return Math.Sqrt(places.Average(place => (place - mean) * (place - mean)));
    }

    private static double[] Shuffled(double[] places, Draws draws)
    {
        double[] shuffled = [.. places];
        for (int i = shuffled.Length - 1; i > 0; i--)
        {
            int other = draws.Below(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return shuffled;
    }
}
