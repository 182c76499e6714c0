using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Microsoft.ML.Cnn.Benchmarks.Columns;

/// <summary>A column of work over the median time.</summary>
/// <param name="name">Its heading, with the unit.</param>
/// <param name="value">The figure from the work of a call and its nanoseconds; null for an empty cell.</param>
internal sealed class RateColumn(string name, Func<Work, double, double?> value) : IColumn
{
    public static RateColumn Gigaflops { get; } = new("GFLOP/s", (work, time) => work.Flop > 0 ? work.Flop / time : null);

    public static RateColumn Gigabytes { get; } = new("GB/s", (work, time) => work.Bytes > 0 ? work.Bytes / time : null);

    public static RateColumn Images { get; } = new("images/s", (work, time) => work.Rows > 0 ? work.Rows / time * 1e9 : null);

    public static RateColumn Microseconds { get; } = new("us/image", (work, time) => work.Rows > 0 ? time / 1e3 / work.Rows : null);

    public string Id => name;

    public string ColumnName => name;

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => $"{name}, at the median time";

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Of(summary, benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        Of(summary, benchmarkCase)?.ToString("N1", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The figure of a benchmark, if it ran and has one.</summary>
    public double? Of(Summary summary, BenchmarkCase benchmark) => Of(benchmark, summary[benchmark]?.ResultStatistics?.Median);

    /// <summary>The figure of its fastest iteration, the one that was disturbed least.</summary>
    public double? BestOf(Summary summary, BenchmarkCase benchmark) => Of(benchmark, summary[benchmark]?.ResultStatistics?.Min);

    private double? Of(BenchmarkCase benchmark, double? nanoseconds) => nanoseconds is double time ? value(WorkOf(benchmark), time) : null;

    private static Work WorkOf(BenchmarkCase benchmark)
    {
        if (Activator.CreateInstance(benchmark.Descriptor.Type) is not IWorkload workload)
        {
            return default;
        }

        foreach (ParameterInstance parameter in benchmark.Parameters.Items)
        {
            benchmark.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(workload, parameter.Value);
        }

        return workload.Of(benchmark.Descriptor.WorkloadMethod.Name);
    }
}
