using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Experiments.Tuners;

/// <summary>Random numbers for one purpose: the same seed, trial and name give the same ones, whatever was drawn before for others.</summary>
internal sealed class Draws(int seed, int trialId, string name)
{
    private readonly uint key = RandomBits.Key((uint)seed, (uint)trialId, RandomBits.Key(name));
    private uint counter;

    /// <summary>From 0 to less than 1.</summary>
    public double Uniform() => RandomBits.Uniform(key, counter++);

    /// <summary>A whole number from 0 to less than a bound.</summary>
    public int Below(int bound) => (int)Math.Min(bound - 1, Uniform() * bound);

    /// <summary>Of mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
}
