using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>
/// e^x, lane by lane, to one unit in the last place and with the same bits on every width: x = n ln 2 + r, e^x = 2^n e^r, and e^r for |r| at most ln 2 / 2 by a
/// polynomial of degree seven (S. Moshier, Cephes Mathematical Library, 1989, expf). Results below the least normal number are 0, and that of NaN is NaN.
/// </summary>
internal static class Exponential
{
    private const float Log2OfE = 1.44269504f;

    // ln 2 in two parts, the first exact in single precision.
    private const float Ln2 = 0.693359375f;
    private const float Ln2Rest = -2.12194440e-4f;

    // Logarithms of the largest number and of the least that is normal.
    private const float Largest = 88.72284f;
    private const float Least = -87.33654f;

    /// <summary>What is added to round to a whole number: 1.5 · 2^23.</summary>
    private const float Rounding = 12_582_912;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, IVector<V>
    {
        V power = V.MultiplyAdd(x, V.Broadcast(Log2OfE), V.Broadcast(Rounding)) - V.Broadcast(Rounding);
        V rest = V.MultiplyAdd(power, V.Broadcast(-Ln2Rest), V.MultiplyAdd(power, V.Broadcast(-Ln2), x));
        V terms = V.MultiplyAdd(V.Broadcast(1.9875691500e-4f), rest, V.Broadcast(1.3981999507e-3f));
        terms = V.MultiplyAdd(terms, rest, V.Broadcast(8.3334519073e-3f));
        terms = V.MultiplyAdd(terms, rest, V.Broadcast(4.1665795894e-2f));
        terms = V.MultiplyAdd(terms, rest, V.Broadcast(1.6666665459e-1f));
        terms = V.MultiplyAdd(terms, rest, V.Broadcast(5.0000001201e-1f));
        V ofRest = V.MultiplyAdd(terms, rest * rest, rest) + V.Broadcast(1);
        V result = V.ScaleByPowerOfTwo(ofRest, power);
        result = V.SelectGreater(x, V.Broadcast(Largest), V.Broadcast(float.PositiveInfinity), result);
        result = V.SelectGreater(V.Broadcast(Least), x, V.Broadcast(0), result);
        return V.SelectEqual(x, x, result, x);
    }
}
