using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Networks;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>The peak memory of training on a stream of 4 and of 40 times as many rows as the shuffle buffer holds, each in a process of its own.</summary>
internal static class StreamingMemory
{
    private const int BufferRows = 2_000;
    private const int BatchSize = 64;

    /// <summary>
    /// 4 MB, in hexadecimal. ML.NET boxes the key of each row that it reads from an object, twice, and the runtime lets some 16 MB of such garbage lie before it
    /// collects any: by itself that is a step of the peak, once for any number of rows, which short streams do not reach.
    /// </summary>
    private const string YoungestGeneration = "400000";

    public static int Compare()
    {
        double few = PeakMegabytes(4 * BufferRows);
        double many = PeakMegabytes(40 * BufferRows);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"peak memory: {few:0.0} MB at {4 * BufferRows:N0} rows, {many:0.0} MB at {40 * BufferRows:N0}, buffer of {BufferRows:N0}: {100 * (many / few - 1):+0.0;-0.0} %"
            )
        );
        return 0;
    }

    /// <summary>Trains on a stream, and prints the megabytes at the peak of this process.</summary>
    public static int Train(string rows)
    {
        MLContext ml = new(seed: 1);
        IDataView stream = ml.Data.LoadFromEnumerable(RandomImage.Stream(int.Parse(rows, CultureInfo.InvariantCulture)));
        Pipeline.Fit(ml, stream, BatchSize, Environment.ProcessorCount, BufferRows);
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine((self.PeakWorkingSet64 / (1024.0 * 1024.0)).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static double PeakMegabytes(int rows)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["memory", $"{rows}"]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_GCgen0size"] = YoungestGeneration;
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"Training on {rows} rows ended with {process.ExitCode}.");
    }
}
