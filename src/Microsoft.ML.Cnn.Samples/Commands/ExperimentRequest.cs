namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>What <c>experiment</c> is asked to do.</summary>
internal sealed record ExperimentRequest
{
    public required string DataFolder { get; init; }

    /// <summary>Time for all trials.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Trials at most; null for as many as the time allows.</summary>
    public required int? Models { get; init; }

    /// <summary>Epochs of a trial that is trained to its end.</summary>
    public required int Epochs { get; init; }

    /// <summary>The share of the training images that trials are compared by.</summary>
    public required float Validation { get; init; }

    /// <summary>A name of <see cref="TunerOption"/>.</summary>
    public required string Tuner { get; init; }

    public required CnnHalving Halving { get; init; }

    public required int Seed { get; init; }

    public required string ReportFolder { get; init; }

    /// <summary>The folder in which trials are recorded; null for none that stays.</summary>
    public required string? Workspace { get; init; }
}
