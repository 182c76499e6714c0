using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>
/// Measures what others took while an engine ran: the time that threads of this process could have run but waited for a core (the second number of
/// /proc/self/task/*/schedstat), and what the hypervisor gave to other machines (the steal time of /proc/stat).
/// </summary>
internal sealed class Contention
{
    private const double NanosecondsPerSecond = 1e9;
    private const double TicksPerSecond = 100;

    /// <summary>Of the line of all cores: "cpu user nice system idle iowait irq softirq steal ...".</summary>
    private const int StealWord = 8;

    private readonly double waited = Waited();
    private readonly double stolen = Stolen();
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Since this was created, as a share of the time of some cores.</summary>
    public double Share(int cores) =>
        (Waited() - waited) / clock.Elapsed.TotalSeconds / cores
        + (Stolen() - stolen) / clock.Elapsed.TotalSeconds / Environment.ProcessorCount;

    private static double Waited()
    {
        double seconds = 0;
        foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                seconds += Word(File.ReadAllText(Path.Combine(thread, "schedstat")), 1) / NanosecondsPerSecond;
            }
            catch (IOException)
            {
                // It ended since it was listed; what it waited does not count.
            }
        }

        return seconds;
    }

    private static double Stolen() => Word(File.ReadLines("/proc/stat").First(), StealWord) / TicksPerSecond;

    private static double Word(string line, int index) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[index], CultureInfo.InvariantCulture);
}
