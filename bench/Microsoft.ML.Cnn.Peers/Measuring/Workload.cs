using System.Globalization;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Engines;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>What one process measures.</summary>
/// <param name="Setting">Who does it.</param>
/// <param name="Work">What is done.</param>
/// <param name="Mode">One of <see cref="Measuring.Mode"/>.</param>
/// <param name="Batch">Images of a step.</param>
/// <param name="Conditions">What it is held to.</param>
/// <param name="Seconds">Of warm-up, and of measuring; a step that takes longer is taken once for either.</param>
internal sealed record Workload(Setting Setting, ComparedWork Work, string Mode, int Batch, Conditions Conditions, double Seconds)
{
    public int Threads => Conditions.Threads;

    /// <summary>For this library's plans.</summary>
    public PlanOptions PlanOptions => PlanOptions.For(Batch, Threads);

    public IEnumerable<string> Words =>
        [$"{Setting}", Work.Name, Mode, $"{Batch}", .. Conditions.Words, Seconds.ToString(CultureInfo.InvariantCulture)];

    public static Workload Parse(string[] words) =>
        new(
            Setting.Parse(words[0]),
            ComparedWork.Named(words[1]),
            words[2],
            int.Parse(words[3], CultureInfo.InvariantCulture),
            Conditions.Parse(words[4..^1]),
            double.Parse(words[^1], CultureInfo.InvariantCulture)
        );
}
