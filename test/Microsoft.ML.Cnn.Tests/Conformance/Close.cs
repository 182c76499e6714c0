namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>Compares whole buffers, by the scale of the buffer: a wrong element shows however small it is itself.</summary>
internal static class Close
{
    /// <summary>No element is off by more than the tolerance times the largest expected one, or times a floor for buffers that are nearly zero.</summary>
    public static void Equal(double[] expected, ReadOnlySpan<float> actual, double tolerance, double floor, string context)
    {
        Assert.Equal(expected.Length, actual.Length);
        double allowed = tolerance * Math.Max(floor, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]);
            Assert.True(error <= allowed, $"{context}: element {i} should be {expected[i]}, was {actual[i]}; {allowed} is allowed.");
        }
    }

    public static void SameBits(float[] expected, float[] actual, string context)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                $"{context}: element {i} should be {expected[i]}, was {actual[i]}."
            );
        }
    }
}
