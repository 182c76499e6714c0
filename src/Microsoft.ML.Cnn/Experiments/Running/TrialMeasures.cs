namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>What was measured of a trial, all its epochs so far included.</summary>
internal sealed record TrialMeasures(
    double Loss,
    double? Metric,
    double[] LearningCurve,
    double DurationInMilliseconds,
    double? PeakCpu = null,
    double? PeakMemoryInMegaByte = null,
    long? ParameterCount = null,
    double? LatencyInMilliseconds = null,
    string? Error = null
)
{
    /// <summary>Epochs behind a training that was canceled before it had come as far as it was to; null where it was not.</summary>
    public int? CanceledAfter { get; init; }

    /// <summary>Of a trial that failed.</summary>
    public static TrialMeasures Failed(string error, double milliseconds) => new(double.MaxValue, null, [], milliseconds, Error: error);

    /// <inheritdoc cref="Failed(string, double)"/>
    public static TrialMeasures Failed(Exception exception, TimeSpan elapsed) =>
        Failed($"{exception.GetType().Name}: {exception.Message}", elapsed.TotalMilliseconds);
}
