using System.Text.Json;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The figures of an experiment, for programs to read: the content of <c>metrics.json</c>.</summary>
internal sealed record ExperimentReport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public required string Command { get; init; }

    /// <summary>The number of the best trial.</summary>
    public required int Winner { get; init; }

    /// <summary>What it tried.</summary>
    public required CnnParameters Settings { get; init; }

    /// <summary>Numbers that training changes, the output layer's included.</summary>
    public required long Parameters { get; init; }

    /// <summary>For one image.</summary>
    public required double? LatencyMilliseconds { get; init; }

    /// <summary>Those that were searched with, the ones to compare trials by included.</summary>
    public required long Images { get; init; }

    public required long TestImages { get; init; }

    /// <summary>Of the winner.</summary>
    public required int Epochs { get; init; }

    public required int Seed { get; init; }

    public required string Tuner { get; init; }

    public required string Halving { get; init; }

    public required int Trials { get; init; }

    public required int FailedTrials { get; init; }

    /// <summary>The time of all trials: what is left of <see cref="SearchSeconds"/> is the search's own.</summary>
    public required double TrialSeconds { get; init; }

    public required double SearchSeconds { get; init; }

    /// <summary>What the winner was chosen by.</summary>
    public required double ValidationAccuracy { get; init; }

    /// <summary>On the test images, which the winner alone was measured with, once.</summary>
    public required double MicroAccuracy { get; init; }

    public required double MacroAccuracy { get; init; }

    public required double LogLoss { get; init; }

    public required int Threads { get; init; }

    public required string InstructionSet { get; init; }

    public required double PeakMemoryMegabytes { get; init; }

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, Json);
}
