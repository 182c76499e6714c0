using System.Globalization;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>What one process measures.</summary>
internal sealed record Workload(Setting Setting, ComparedNetwork Net, string Mode, int Batch, Conditions Conditions, double Seconds)
{
    public const string Train = "train";
    public const string Infer = "infer";

    public int Threads => Conditions.Threads;

    /// <summary>For this library's plans.</summary>
    public PlanOptions PlanOptions => PlanOptions.For(Batch, Threads);

    public IEnumerable<string> Words =>
        [$"{Setting}", Net.Name, Mode, $"{Batch}", .. Conditions.Words, Seconds.ToString(CultureInfo.InvariantCulture)];

    public static Workload Parse(string[] words) =>
        new(
            Setting.Parse(words[0]),
            ComparedNetwork.Named(words[1]),
            words[2],
            int.Parse(words[3], CultureInfo.InvariantCulture),
            Conditions.Parse(words[4..^1]),
            double.Parse(words[^1], CultureInfo.InvariantCulture)
        );

    public Examples Examples(ComparedModel model) => Networks.Examples.Random(Batch, Net.Input, model.Description.OutputLength);
}
