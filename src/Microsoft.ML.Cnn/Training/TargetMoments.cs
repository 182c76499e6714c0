namespace Microsoft.ML.Cnn.Training;

/// <summary>Mean and deviation of labels that are numbers, by Welford's method, in double precision.</summary>
/// <param name="targets">Numbers of a label.</param>
internal sealed class TargetMoments(int targets)
{
    private readonly double[] means = new double[targets];
    private double squares;
    private long count;

    public TargetScaling Scaling
    {
        get
        {
            float deviation = (float)Math.Sqrt(squares / count / targets);
            return new TargetScaling(
                [.. means.Select(mean => (float)mean)],
                deviation > 0 && float.IsFinite(1 / deviation) ? deviation : 1
            );
        }
    }

    public void Add(ReadOnlySpan<float> values)
    {
        count++;
        for (int i = 0; i < values.Length; i++)
        {
            double difference = values[i] - means[i];
            means[i] += difference / count;
            squares += difference * (values[i] - means[i]);
        }
    }
}
