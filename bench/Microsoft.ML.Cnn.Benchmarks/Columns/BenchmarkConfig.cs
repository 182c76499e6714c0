using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Microsoft.ML.Cnn.Benchmarks.Columns;

/// <summary>How benchmarks run: in one process, so that a share of the peak compares like with like.</summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    public BenchmarkConfig()
    {
        Add(DefaultConfig.Instance);
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(15));
        AddColumn(RateColumn.Gigaflops, new PeakShareColumn(), RateColumn.Images, RateColumn.Microseconds);
        HideColumns(Column.Job, Column.Toolchain, Column.IterationCount, Column.WarmupCount, Column.RatioSD, Column.Ratio);
    }
}
