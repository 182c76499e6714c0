using System.Diagnostics;

namespace Microsoft.ML.Cnn.Networks;

/// <summary>How long a model takes to score one image.</summary>
internal static class PredictionLatency
{
    private const int TimedPredictions = 11;

    /// <summary>Milliseconds, the median of several. The weights do not matter.</summary>
    public static double MillisecondsOf(CnnModel model)
    {
        float[] pixels = new float[(int)model.InputShape.Length];
        _ = model.Predict(pixels);
        double[] times = new double[TimedPredictions];
        foreach (ref double time in times.AsSpan())
        {
            long begun = Stopwatch.GetTimestamp();
            _ = model.Predict(pixels);
            time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        return times.Order().ElementAt(TimedPredictions / 2);
    }
}
