namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Compares results of single precision with a reference of double precision.</summary>
internal static class Approximately
{
    public static void Equal(Batch expected, Batch actual, double tolerance, object? context = null)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Equal(expected.Values, actual.Values, tolerance, context);
    }

    /// <summary>|expected - actual| is at most tolerance * max(1, |expected|).</summary>
    public static void Equal(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, object? context = null)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                error <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"Element {i}: expected {expected[i]}, was {actual[i]}. {context}"
            );
        }
    }
}
