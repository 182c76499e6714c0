using Microsoft.ML.Cnn.Experiments.Spaces;

namespace Microsoft.ML.Cnn.Tests.Experiments.Simulation;

/// <summary>
/// What becomes of any parameters of <see cref="RecordedSpace"/>: what became of the recorded ones that are nearest by Gower's distance (1971: the distance of numbers in
/// their range, and 1 for choices that differ). As in tabular benchmarks (NAS-Bench-201, Dong and Yang 2020; LCBench, Zimmer et al. 2021), all curves and times were measured; that the
/// landscape between them is made of steps is the price.
/// </summary>
internal sealed class RecordedTrainings
{
    private readonly KeyValuePair<SearchPath, CnnSearchOption>[] paths = [.. RecordedSpace.Create().AllPaths()];
    private readonly RecordedCurve[] curves;
    private readonly double[][] places;

    public RecordedTrainings(RecordedCurve[] curves)
    {
        this.curves = curves;
        places = [.. curves.Select(curve => Places(curve.Parameters))];
        BestLoss = curves.Min(curve => Loss(curve, RecordedSpace.Epochs));
        MeanSeconds = curves.Average(curve => curve.SecondsOfEpoch * curve.Accuracies.Length);
    }

    /// <summary>The least loss of all.</summary>
    public double BestLoss { get; }

    /// <summary>Of a training to its end.</summary>
    public double MeanSeconds { get; }

    /// <summary>The recorded training of the parameters that are nearest; of several, the first.</summary>
    public RecordedCurve Nearest(CnnParameters parameters)
    {
        double[] wanted = Places(parameters);
        return curves[Enumerable.Range(0, curves.Length).MinBy(curve => Distance(wanted, places[curve]))];
    }

    /// <summary>The best loss within so many epochs, as an experiment has it.</summary>
    /// <returns><see cref="double.MaxValue"/> where it failed before.</returns>
    public static double Loss(RecordedCurve curve, int epochs) =>
        curve.Accuracies.Length < epochs ? double.MaxValue : 1 - curve.Accuracies.Take(epochs).Max();

    private double[] Places(CnnParameters parameters) => [.. paths.Select(path => path.Value.PlaceOf(parameters[path.Key.Name]))];

    private double Distance(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < paths.Length; i++)
        {
            double distance = Math.Abs(left[i] - right[i]);
            sum += paths[i].Value.IsCategorical && distance > 0 ? 1 : distance;
        }

        return sum;
    }
}
