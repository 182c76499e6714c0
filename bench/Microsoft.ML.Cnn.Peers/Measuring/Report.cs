using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>The results of a comparison, with what they hold for.</summary>
internal sealed record Report(Circumstances Circumstances, IReadOnlyList<Result> Results)
{
    private static readonly JsonSerializerOptions json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Replaces the file by a whole one: whoever ends the comparison keeps what was measured.</summary>
    public void Write(FileInfo file)
    {
        string unfinished = file.FullName + ".unfinished";
        File.WriteAllText(
            unfinished,
            JsonSerializer.Serialize(
                new
                {
                    Circumstances.Machine,
                    Circumstances.Date,
                    Circumstances.Commit,
                    Circumstances.Dotnet,
                    Circumstances.Libtorch,
                    Circumstances.OnnxRuntime,
                    Circumstances.InstructionSet,
                    Results,
                },
                json
            ) + "\n"
        );
        File.Move(unfinished, file.FullName, overwrite: true);
    }

    /// <summary>A table in Markdown.</summary>
    public string Table(ConvolutionAlgorithm convolutions) =>
        $"""
            {Circumstances}; fp32; images a second, of gemm products. Convolutions here: {convolutions.ToString().ToLowerInvariant()}; the peers': direct.

            | what | | batch | threads | this library | peer | its speed | ratio (lowest to highest) | rounds refused |
            |---|---|---:|---:|---:|---|---:|---|---:|
            {string.Join('\n', Results.Select(Row))}
            """;

    private static string Row(Result result) =>
        $"| {result.Net} | {result.Mode} | {result.Batch} | {result.Threads} | {Ours(result)} | {result.Peer} ({result.Setting}) | {Rate(result.Theirs)} | {Ratio(result)} | {result.Refused} |";

    private static string Ours(Result result) =>
        Rate(result.Ours) + (result.PeakShare is double share ? $" ({Text(share, "0.0 %")} of the peak)" : "");

    private static string Ratio(Result result) =>
        result is { Ratio: double ratio, Low: double low, High: double high }
            ? $"{Text(ratio, "0.00")} x ({Text(low, "0.00")} to {Text(high, "0.00")})"
            : $"invalid: {result.Invalid}";

    /// <summary>With three digits at least.</summary>
    private static string Rate(double units) =>
        Text(
            units,
            units < 10 ? "0.00"
                : units < 100 ? "0.0"
                : "#,0"
        );

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
