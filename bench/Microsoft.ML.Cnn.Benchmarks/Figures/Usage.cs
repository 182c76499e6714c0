using System.Diagnostics;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>What an action took: seconds of this process on all cores, and on the wall. On a machine that others use too, only the first means much.</summary>
internal readonly record struct Usage(double Cpu, double Wall)
{
    /// <summary>More than anything takes.</summary>
    public static Usage Most { get; } = new(double.MaxValue, double.MaxValue);

    public static Usage Of(Action action)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long begun = Stopwatch.GetTimestamp();
        action();
        return new Usage((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    public Usage Least(Usage other) => new(Math.Min(Cpu, other.Cpu), Math.Min(Wall, other.Wall));
}
