using System.Text.Json;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Experiments.Simulation;

/// <summary>A training that was really run.</summary>
/// <param name="Parameters">Of <see cref="RecordedSpace"/>.</param>
/// <param name="SecondsOfEpoch">The median of its epochs' processor time, on one thread.</param>
/// <param name="Accuracies">On the validation images after each epoch; fewer than there were epochs where it failed.</param>
internal sealed record RecordedCurve(CnnParameters Parameters, double SecondsOfEpoch, double[] Accuracies)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Where the curves lie: a line of JSON each.</summary>
    public static string File { get; } =
        Path.Combine(Repository.Root, "test", "Microsoft.ML.Cnn.Tests", "Experiments", "Simulation", "recorded-curves.jsonl");

    public static RecordedCurve[] ReadAll() =>
        [.. System.IO.File.ReadLines(File).Select(line => JsonSerializer.Deserialize<RecordedCurve>(line, Json)!)];

    public string ToLine() => JsonSerializer.Serialize(this, Json);
}
