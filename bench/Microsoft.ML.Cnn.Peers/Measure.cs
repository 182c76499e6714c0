using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>Times one engine in a process of its own: images a second, the median over short runs after a warm-up.</summary>
internal static class Measure
{
    private const int Samples = 21;

    public static int Run(Workload workload)
    {
        using IEngine engine = workload.Engine == Workload.Ours ? new CnnEngine(workload) : new TorchEngine(workload);

        // Long enough for the JIT's last tier, and for allocators to settle.
        Stopwatch clock = Stopwatch.StartNew();
        int steps = 0;
        while (clock.Elapsed.TotalSeconds < workload.Seconds || steps < 3)
        {
            engine.Step();
            steps++;
        }

        int perSample = Math.Max(1, (int)(steps / clock.Elapsed.TotalSeconds * workload.Seconds / Samples));
        double[] rates = new double[Samples];
        for (int i = 0; i < Samples; i++)
        {
            clock.Restart();
            for (int step = 0; step < perSample; step++)
            {
                engine.Step();
            }

            rates[i] = workload.Batch * perSample / clock.Elapsed.TotalSeconds;
        }

        Array.Sort(rates);
        Console.WriteLine(rates[Samples / 2].ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}

/// <summary>A network ready to run one step: train, or predict, a batch.</summary>
internal interface IEngine : IDisposable
{
    void Step();
}
