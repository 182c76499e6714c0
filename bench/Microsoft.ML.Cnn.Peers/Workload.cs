using System.Globalization;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>What one process measures.</summary>
internal sealed record Workload(string Engine, string Net, string Mode, int Threads, int Batch, double Seconds)
{
    public const string Ours = "ours";
    public const string Libtorch = "libtorch";
    public const string LibtorchChannelsLast = "libtorch-channels-last";

    public static Workload Parse(string[] words) =>
        new(
            words[0],
            words[1],
            words[2],
            int.Parse(words[3], CultureInfo.InvariantCulture),
            int.Parse(words[4], CultureInfo.InvariantCulture),
            double.Parse(words[5], CultureInfo.InvariantCulture)
        );

    public IEnumerable<string> Words => [Engine, Net, Mode, $"{Threads}", $"{Batch}", Seconds.ToString(CultureInfo.InvariantCulture)];
}
