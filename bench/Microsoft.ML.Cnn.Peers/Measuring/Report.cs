using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>All results of a comparison, with the machine that they hold for.</summary>
internal sealed record Report(string Machine, IReadOnlyList<Result> Results)
{
    private static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Processor, cores it has, and the runtime.</summary>
    public static string ThisMachine =>
        $"{Processor() ?? "unknown processor"}, {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}";

    public void Write(FileInfo file) => File.WriteAllText(file.FullName, JsonSerializer.Serialize(this, json) + "\n");

    /// <summary>A table in Markdown.</summary>
    public string Table(string instructionSet, ConvolutionAlgorithm convolutions) =>
        $"""
            {Machine}; {instructionSet}, fp32; images a second. Convolutions here: {convolutions.ToString().ToLowerInvariant()}; the peers': direct.

            | network | | batch | threads | this library | peer | its speed | ratio (lowest to highest) | rounds refused |
            |---|---|---:|---:|---:|---|---:|---|---:|
            {string.Join('\n', Results.Select(Row))}
            """;

    private static string Row(Result result) =>
        $"| {result.Net} | {result.Mode} | {result.Batch} | {result.Threads} | {Rate(result.Ours)} | {result.Peer} ({result.Setting}) | {Rate(result.Theirs)} | {Ratio(result)} | {result.Refused} |";

    private static string Ratio(Result result) =>
        result.Invalid == null
            ? $"{Text(result.Ratio, "0.00")} x ({Text(result.Low, "0.00")} to {Text(result.High, "0.00")})"
            : $"invalid: {result.Invalid}";

    /// <summary>With three digits at least.</summary>
    private static string Rate(double images) =>
        Text(
            images,
            images < 10 ? "0.00"
                : images < 100 ? "0.0"
                : "#,0"
        );

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string? Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim();
}
