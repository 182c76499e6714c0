using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>The random numbers of one augmentation of one image, each the hash of a key and of how many were drawn before.</summary>
internal struct RandomDraws(uint key)
{
    private uint drawn;

    /// <summary>32 random bits.</summary>
    public uint Bits() => RandomBits.Hash(key, drawn++);

    /// <summary>Uniform in [0, 1).</summary>
    public float Uniform() => RandomBits.Uniform(key, drawn++);

    /// <summary>Uniform from one number to another.</summary>
    public float Between(float from, float to) => from + (to - from) * Uniform();

    /// <summary>Uniform among the whole numbers from 0 to one less than <paramref name="count"/>.</summary>
    public int Below(int count) => (int)((ulong)RandomBits.Hash(key, drawn++) * (uint)count >> 32);

    /// <summary>Normal with mean 0 and deviation 1: Box and Muller 1958, "A Note on the Generation of Random Normal Deviates".</summary>
    public float Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - (double)Uniform()));
        return (float)(radius * Math.Cos(2 * Math.PI * Uniform()));
    }

    /// <summary>
    /// From 0 to 1 by the distribution Beta(alpha, alpha), in one line: 1/2 + T / (2 sqrt(2 alpha + T^2)) for a T of Student's distribution with 2 alpha degrees of freedom,
    /// which is sqrt(2 alpha (U^(-1/alpha) - 1)) cos(2 pi V). R. W. Bailey, "Polar generation of random variates with the t-distribution", 1994; L. Devroye, "Random variate
    /// generation in one line of code", 1996.
    /// </summary>
    /// <param name="alpha">Above 0: small for numbers near 0 and 1, 1 for all alike, great for numbers near 1/2.</param>
    public float SymmetricBeta(float alpha)
    {
        double spread = Math.Pow(1 - (double)Uniform(), -1.0 / alpha) - 1;
        double cosine = Math.Cos(2 * Math.PI * Uniform());
        double distance = 1 / Math.Sqrt(1 + 1 / (spread * cosine * cosine));
        return (float)((1 + Math.CopySign(distance, cosine)) / 2);
    }
}
