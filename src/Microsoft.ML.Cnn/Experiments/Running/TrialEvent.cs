using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Experiments.Running;

/// <summary>One thing that happened in an experiment. All of them, in their order, are all there is to know of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ExperimentBegan), "experiment")]
[JsonDerivedType(typeof(TaskBegan), "begin")]
[JsonDerivedType(typeof(TaskEnded), "end")]
internal abstract record TrialEvent
{
    /// <summary>When.</summary>
    public DateTime AtUtc { get; init; }
}

/// <summary>The experiment began.</summary>
/// <param name="Identity">What tells it from others: only the same may go on.</param>
internal sealed record ExperimentBegan(string Identity) : TrialEvent;

/// <summary>A worker began to train a trial up to a number of epochs.</summary>
internal sealed record TaskBegan(int TrialId, int Epochs, CnnParameters Parameters) : TrialEvent;

/// <summary>It ended.</summary>
internal sealed record TaskEnded(int TrialId, int Epochs, TrialMeasures Measures) : TrialEvent;

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
    /// <summary>Of a trial that failed.</summary>
    public static TrialMeasures Failed(string error, double milliseconds) => new(double.MaxValue, null, [], milliseconds, Error: error);
}
