using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Microsoft.ML.Cnn.Benchmarks.Columns;

/// <summary>How benchmarks run: in one process, so that a share of the peak compares like with like.</summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    public BenchmarkConfig()
    {
        Add(DefaultConfig.Instance);
        AddJob(
            Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithIterationTime(TimeInterval.FromMilliseconds(100))
                .WithWarmupCount(5)
                .WithIterationCount(15)
        );
        AddColumn(RateColumn.Gigaflops, RateColumn.Gigabytes, new PeakShareColumn(), RateColumn.Images, RateColumn.Microseconds);
        WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60));
        HideColumns(Column.Job, Column.Toolchain, Column.IterationCount, Column.WarmupCount, Column.RatioSD, Column.Ratio);
    }
}
