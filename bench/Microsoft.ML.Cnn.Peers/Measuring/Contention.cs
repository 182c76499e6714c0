using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>
/// Measures what others took while an engine ran: the time that the cores this process may run on were busy (/proc/stat), less what this process ran for; what
/// the hypervisor gave to other machines counts as busy.
/// </summary>
internal sealed class Contention
{
    private const double TicksPerSecond = 100;

    // Of a core's line: "cpu0 user nice system idle iowait irq softirq steal guest ...". Guests are in user already.
    private static readonly int[] busyWords = [1, 2, 3, 6, 7, 8];

    private readonly string[] cores = [.. OwnCores().Select(core => $"cpu{core} ")];
    private readonly double others;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    public Contention() => others = Others();

    /// <summary>Since this was created, as a share of the time of the cores.</summary>
    public double Share => Math.Max(0, (Others() - others) / clock.Elapsed.TotalSeconds / cores.Length);

    private double Others()
    {
        double busy = File.ReadLines("/proc/stat").Where(line => cores.Any(line.StartsWith)).Sum(Busy);
        using Process self = Process.GetCurrentProcess();
        return busy - self.TotalProcessorTime.TotalSeconds;
    }

    private static double Busy(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return busyWords.Sum(word => double.Parse(words[word], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static IEnumerable<int> OwnCores()
    {
        using Process self = Process.GetCurrentProcess();
        long mask = self.ProcessorAffinity;
        return [.. Enumerable.Range(0, 64).Where(core => (mask >> core & 1) != 0)];
    }
}
