namespace Microsoft.ML.Cnn.Kernels;

/// <summary>1 / (1 + e^-x), the probability that a score stands for.</summary>
internal static class Logistic
{
    public static float Of(float x) => (float)(1 / (1 + Math.Exp(-x)));

    /// <summary>Of each score; y may take the place of x.</summary>
    public static void Of(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Of(x[i]);
        }
    }
}
