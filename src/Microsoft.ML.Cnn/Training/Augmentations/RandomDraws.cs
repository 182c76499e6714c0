using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>The random numbers of one augmentation of one image, each the hash of a key and of how many were drawn before.</summary>
internal struct RandomDraws(uint key)
{
    private uint drawn;

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
}
