namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>
/// Random numbers without a stream: each is the hash of a key and a counter, so it does not matter who computes it, or when.
/// The mixing is the low-bias 32-bit integer hash of C. Wellons ("lowbias32"), on a Weyl sequence.
/// </summary>
internal static class RandomBits
{
    public const uint Weyl = 0x9E3779B9;
    public const uint Multiplier1 = 0x7FEB352D;
    public const uint Multiplier2 = 0x846CA68B;

    /// <summary>From 24 random bits to [0, 1).</summary>
    public const float ToUnit = 1f / (1 << 24);

    public static uint Hash(uint key, uint counter)
    {
        uint bits = unchecked(counter * Weyl) ^ key;
        bits = unchecked((bits ^ bits >> 16) * Multiplier1);
        bits = unchecked((bits ^ bits >> 15) * Multiplier2);
        return bits ^ bits >> 16;
    }

    /// <summary>Uniform in [0, 1), with 24 bits.</summary>
    public static float Uniform(uint key, uint counter) => (Hash(key, counter) >> 8) * ToUnit;

    /// <summary>A key for one purpose, from a seed and what tells the purposes apart.</summary>
    public static uint Key(uint seed, uint a, uint b = 0) => Hash(Hash(seed ^ 0x5851F42D, a), b);

    /// <summary>A key from a name.</summary>
    public static uint Key(string name)
    {
        uint key = Weyl;
        foreach (char letter in name)
        {
            key = Hash(key, letter);
        }

        return key;
    }
}
