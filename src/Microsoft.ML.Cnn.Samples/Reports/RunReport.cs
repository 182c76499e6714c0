using System.Text.Json;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The figures of a run, for programs to read: the content of <c>metrics.json</c>.</summary>
internal sealed record RunReport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public required string Command { get; init; }

    public required string Network { get; init; }

    /// <summary>Numbers that training changes, the output layer's included.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those of an epoch, without those held out.</summary>
    public required long TrainImages { get; init; }

    public required long TestImages { get; init; }

    public required int Epochs { get; init; }

    public required int Seed { get; init; }

    public required double MicroAccuracy { get; init; }

    public required double MacroAccuracy { get; init; }

    public required double LogLoss { get; init; }

    /// <summary>Of the whole <c>Fit</c>: reading, measuring pixels and validation included.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Images of all epochs over <see cref="TrainSeconds"/>.</summary>
    public required double ImagesPerSecond { get; init; }

    public required int Threads { get; init; }

    public required string InstructionSet { get; init; }

    public required double PeakMemoryMegabytes { get; init; }

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, Json);
}
