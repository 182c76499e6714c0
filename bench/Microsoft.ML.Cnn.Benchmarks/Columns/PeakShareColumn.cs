using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Microsoft.ML.Cnn.Benchmarks.Columns;

/// <summary>
/// GFLOP/s or GB/s as a share of those of the baseline with the same parameters: the peak, measured in the same process. The fastest iterations of
/// both are compared: with medians, a machine busier during one of the two could show more than the peak.
/// </summary>
internal sealed class PeakShareColumn : IColumn
{
    public string Id => ColumnName;

    public string ColumnName => "% of peak";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 1;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend =>
        "GFLOP/s as a share of independent multiply-adds of the same vectors, GB/s as a share of plain reading and writing of as much, on one thread";

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Of(summary, benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        Of(summary, benchmarkCase)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";

    private static double? Of(Summary summary, BenchmarkCase benchmark)
    {
        BenchmarkCase? peak = summary.BenchmarksCases.FirstOrDefault(other =>
            other.Descriptor.Baseline
            && other.Descriptor.Type == benchmark.Descriptor.Type
            && other.Parameters.ValueInfo == benchmark.Parameters.ValueInfo
        );
        return peak is null ? null : Share(RateColumn.Gigaflops) ?? Share(RateColumn.Gigabytes);

        double? Share(RateColumn rate) => 100 * rate.BestOf(summary, benchmark) / rate.BestOf(summary, peak);
    }
}
