using System.Collections.Immutable;

namespace Microsoft.ML.Cnn;

/// <summary>What became of a trial.</summary>
public sealed record CnnTrialResult
{
    /// <summary>The trial.</summary>
    public required CnnTrialSettings TrialSettings { get; init; }

    /// <summary>The trained pipeline; null where the trial failed, and for trials of which only the record is left.</summary>
    public ITransformer? Model { get; init; }

    /// <summary>Whether the model was trained anew on all rows, those that the metric was measured with included (<see cref="CnnExperiment.SetRefit"/>).</summary>
    public bool IsRefitted { get; init; }

    /// <summary>What the search makes least: the metric, turned over if a greater one is better; <see cref="double.MaxValue"/> if the trial failed.</summary>
    public required double Loss { get; init; }

    /// <summary>The metric of the experiment; NaN if the trial failed.</summary>
    public required double Metric { get; init; }

    /// <summary>Epochs that it was trained for.</summary>
    public required int Epochs { get; init; }

    /// <summary>The metric after each epoch, from the first on, the mean of all folds; what training watches in its place where it takes an evaluation.</summary>
    public ImmutableArray<double> LearningCurve { get; init; } = [];

    /// <summary>Milliseconds that it was trained for.</summary>
    public required double DurationInMilliseconds { get; init; }

    /// <summary>The greatest share of the machine's cores that the process used meanwhile, from 0 to 1; null where it was not measured.</summary>
    public double? PeakCpu { get; init; }

    /// <summary>The greatest working set of the process meanwhile; null where it was not measured.</summary>
    public double? PeakMemoryInMegaByte { get; init; }

    /// <summary>Parameters that training changes, a measure of the model's size; null where they are not known.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>Milliseconds that the model takes to score one image, the median of several; null where it was not measured.</summary>
    public double? LatencyInMilliseconds { get; init; }

    /// <summary>
    /// Why it failed; null if it did not. Where it <see cref="HasMetric"/> all the same, it is of the epochs before it failed, or of a refit that failed.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>Whether it can be compared with others: it was trained for an epoch at least, and measured.</summary>
    public bool HasMetric => Loss < double.MaxValue;
}
