namespace Microsoft.ML.Cnn.Benchmarks.Columns;

/// <summary>What one call of a benchmark gets done.</summary>
/// <param name="Flop">Floating-point operations, a multiply-add being two; 0 where they are not of interest.</param>
/// <param name="Rows">Images; 0 where there are none.</param>
/// <param name="Bytes">Read and written; 0 where they are not of interest.</param>
internal readonly record struct Work(double Flop = 0, int Rows = 0, double Bytes = 0);

/// <summary>A class of benchmarks that can tell what each of them gets done with the parameters set.</summary>
internal interface IWorkload
{
    Work Of(string method);
}
