using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>Times one engine in a process of its own: images a second, the median over short runs after a warm-up.</summary>
internal static class Measure
{
    private const int MostSamples = 21;

    public static int Run(Workload workload)
    {
        workload.Conditions.Verify();
        using ComparedModel model = ComparedModel.Create(workload.Net.Layers, workload.Net.Input, workload.Conditions.Convolutions);
        using IEngine engine = workload.Setting.Start(model, workload);

        // Long enough for the JIT's last tier, and for allocators to settle; a step of a large network is.
        Stopwatch clock = Stopwatch.StartNew();
        double stepSeconds = 0;
        while (clock.Elapsed.TotalSeconds < workload.Seconds)
        {
            double start = clock.Elapsed.TotalSeconds;
            engine.Step();
            stepSeconds = clock.Elapsed.TotalSeconds - start;
        }

        double steps = workload.Seconds / stepSeconds;
        int samples = Math.Clamp((int)steps, 1, MostSamples);
        int perSample = Math.Max(1, (int)(steps / samples));
        List<double> rates = [];
        for (int i = 0; i < samples; i++)
        {
            clock.Restart();
            for (int step = 0; step < perSample; step++)
            {
                engine.Step();
            }

            rates.Add(workload.Batch * perSample / clock.Elapsed.TotalSeconds);
        }

        Console.WriteLine(Median.Of(rates).ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
