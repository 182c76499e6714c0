namespace Microsoft.ML.Cnn.Experiments.Analysis;

/// <summary>
/// Estimates how values of a parameter are spread, as shares of cells that sum to 1: of a choice the values themselves, of a range 50 cells, over which a normal kernel spreads
/// each. One value more is spread evenly over all, so that none is empty.
/// </summary>
/// <param name="option">What the parameter may be.</param>
/// <param name="deviation">Standard deviation of the places of all values.</param>
/// <param name="values">Of the smaller of the sets that are compared: all are smoothed alike, by Scott's rule for that one.</param>
internal sealed class ParameterDensity(CnnSearchOption option, double deviation, int values)
{
    private const int CellsOfRange = 50;

    private readonly bool isChoice = option.IsCategorical;
    private readonly int cells = option.IsCategorical ? option.Count!.Value : CellsOfRange;
    private readonly double width = Math.Max(1.0 / CellsOfRange, deviation * Math.Pow(values, -0.2));

    /// <param name="places">From 0 to 1.</param>
    public double[] Of(ReadOnlySpan<double> places)
    {
        double[] density = new double[cells];
        Array.Fill(density, 1.0 / cells);
        foreach (double place in places)
        {
            if (isChoice)
            {
                density[Math.Min(cells - 1, (int)(place * cells))]++;
            }
            else
            {
                Spread(place, density);
            }
        }

        for (int cell = 0; cell < cells; cell++)
        {
            density[cell] /= places.Length + 1;
        }

        return density;
    }

    /// <summary>Adds 1, spread by a kernel that is cut off at the ends.</summary>
    private void Spread(double place, double[] density)
    {
        Span<double> kernel = stackalloc double[CellsOfRange];
        double sum = 0;
        for (int cell = 0; cell < cells; cell++)
        {
            double distance = ((cell + 0.5) / cells - place) / width;
            sum += kernel[cell] = Math.Exp(-distance * distance / 2);
        }

        for (int cell = 0; cell < cells; cell++)
        {
            density[cell] += kernel[cell] / sum;
        }
    }
}
