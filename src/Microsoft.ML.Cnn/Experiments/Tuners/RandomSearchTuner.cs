namespace Microsoft.ML.Cnn.Experiments.Tuners;

/// <summary>
/// Tries the defaults, and then whatever chance proposes: each number uniform in its range, or in the logarithm of it (Bergstra and Bengio 2012,
/// "Random Search for Hyper-Parameter Optimization").
/// </summary>
internal sealed class RandomSearchTuner(CnnSearchSpace space, int seed) : ICnnTuner
{
    public CnnParameters? Propose(int trialId) =>
        trialId == 0 ? space.Defaults : space.Draw((path, option) => option.At(new Draws(seed, trialId, path).Uniform()));

    public void Update(CnnTrialSettings trial, int epochs, double loss) { }
}
