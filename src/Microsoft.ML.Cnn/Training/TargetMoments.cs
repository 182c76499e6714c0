namespace Microsoft.ML.Cnn.Training;

/// <summary>Mean and deviation of each number of labels, by Welford's method, in double precision.</summary>
/// <param name="targets">Numbers of a label.</param>
internal sealed class TargetMoments(int targets)
{
    private readonly double[] means = new double[targets];
    private readonly double[] squares = new double[targets];
    private long count;

    public TargetScaling Scaling =>
        new([.. means.Select(mean => (float)mean)], [.. squares.Select(sum => DeviationOf((float)Math.Sqrt(sum / count)))]);

    public void Add(ReadOnlySpan<float> values)
    {
        count++;
        for (int i = 0; i < values.Length; i++)
        {
            double difference = values[i] - means[i];
            means[i] += difference / count;
            squares[i] += difference * (values[i] - means[i]);
        }
    }

    private static float DeviationOf(float deviation) => deviation > 0 && float.IsFinite(1 / deviation) ? deviation : 1;
}
