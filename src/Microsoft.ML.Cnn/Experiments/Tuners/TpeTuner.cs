using Microsoft.ML.Cnn.Experiments.Spaces;

namespace Microsoft.ML.Cnn.Experiments.Tuners;

/// <summary>
/// The Tree-structured Parzen Estimator of Bergstra, Bardenet, Bengio and Kégl 2011, "Algorithms for Hyper-Parameter Optimization", section 4: trials are divided into
/// the best 15 % and the others, each side's density of a parameter is estimated, and of some values drawn from that of the good ones the one is
/// proposed for which good is most likely against bad. What varies only under an alternative is estimated from the trials that chose it.
/// </summary>
/// <remarks>
/// Trials that were trained for different numbers of epochs cannot be compared: as in BOHB (Falkner, Klein and Hutter 2018) it learns from those at the
/// greatest number of epochs that enough trials have reached, and a third of its proposals is random: what little it has seen after few epochs shall not be all that it
/// tries.
/// </remarks>
internal sealed class TpeTuner(CnnSearchSpace space, int seed) : ICnnTuner
{
    private const int RandomTrials = 10;
    private const double RandomShare = 1 / 3.0;
    private const double GoodShare = 0.15;
    private const int LeastGood = 3;
    private const int Candidates = 24;

    /// <summary>Names the random numbers that decide whether a proposal is random; with blanks, no parameter has that name.</summary>
    private const string Exploring = "explore or exploit";

    private readonly RandomSearchTuner random = new(space, seed);
    private readonly SortedDictionary<int, Dictionary<int, Observation>> byEpochs = [];

    public CnnParameters? Propose(int trialId)
    {
        if (new Draws(seed, trialId, Exploring).Uniform() < RandomShare || Comparable() is not { } observations)
        {
            return random.Propose(trialId);
        }

        Observation[] ranked = [.. observations.OrderBy(observation => observation.Loss).ThenBy(observation => observation.TrialId)];
        int good = Math.Max(LeastGood, (int)Math.Ceiling(GoodShare * ranked.Length));
        return space.Walk(
            (path, option) =>
                option.At(Choose(option, Places(ranked[..good], path), Places(ranked[good..], path), new Draws(seed, trialId, path.Name)))
        );
    }

    public void Update(CnnTrialSettings trial, int epochs, double loss)
    {
        if (!byEpochs.TryGetValue(epochs, out Dictionary<int, Observation>? observations))
        {
            byEpochs.Add(epochs, observations = []);
        }

        observations[trial.TrialId] = new Observation(trial.TrialId, space.PlacesOf(trial.Parameters), loss);
    }

    private Dictionary<int, Observation>.ValueCollection? Comparable() =>
        byEpochs.Reverse().FirstOrDefault(group => group.Value.Count >= RandomTrials).Value?.Values;

    /// <summary>Of the trials in which it varied.</summary>
    private static double[] Places(Observation[] observations, SearchPath path) =>
        [.. observations.Where(observation => observation.Places.ContainsKey(path)).Select(observation => observation.Places[path])];

    private static double Choose(CnnSearchOption option, double[] good, double[] bad, Draws draws)
    {
        IDensity likely = Density(option, good);
        IDensity unlikely = Density(option, bad);
        double best = 0;
        double greatest = double.NegativeInfinity;
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            double place = likely.Draw(draws);
            double gain = Math.Log(likely.At(place)) - Math.Log(unlikely.At(place));
            if (gain > greatest)
            {
                (best, greatest) = (place, gain);
            }
        }

        return best;
    }

    private static IDensity Density(CnnSearchOption option, double[] places) =>
        option.IsCategorical ? new Frequencies(places, option.Count!.Value) : new ParzenWindow(places);

    private sealed record Observation(int TrialId, Dictionary<SearchPath, double> Places, double Loss);
}
