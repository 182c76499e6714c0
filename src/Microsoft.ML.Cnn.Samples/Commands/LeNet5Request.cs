namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>What <c>lenet5</c> is asked to do.</summary>
internal sealed record LeNet5Request
{
    public required string DataFolder { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required float LearningRate { get; init; }

    public required float WeightDecay { get; init; }

    public required int Threads { get; init; }

    public required int Seed { get; init; }

    /// <summary>The share of the training images to hold out; 0 for none.</summary>
    public required float Validation { get; init; }

    public required LeNet5Variant Variant { get; init; }

    public required string ModelPath { get; init; }

    public required string? ReportFolder { get; init; }

    /// <summary>The folder for checkpoints; null for none.</summary>
    public required string? Workspace { get; init; }

    public required TimeSpan CheckpointInterval { get; init; }
}
