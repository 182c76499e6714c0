using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>
/// How far results are from the definition in double precision: |error| over the root mean square of the results, for numbers spread
/// evenly over (-1, 1). Direct kernels show what single precision costs by itself.
/// </summary>
public class WinogradErrorTests
{
    private const int Images = 2;
    private const int Channels = 64;
    private const int Filters = 48;
    private const int Side = 12;

    private static readonly Lazy<KnownConvolution> known3 = new(() => Known(3));
    private static readonly Lazy<KnownConvolution> known5 = new(() => Known(5));

    [Theory]
    [InlineData(3, Pass.Forward, 3e-6, 5e-6)]
    [InlineData(3, Pass.DataGradient, 3e-6, 5e-6)]
    [InlineData(3, Pass.WeightGradient, 3e-6, 5e-6)]
    [InlineData(5, Pass.Forward, 5e-6, 8e-6)]
    [InlineData(5, Pass.DataGradient, 5e-6, 8e-6)]
    [InlineData(5, Pass.WeightGradient, 3e-6, 5e-6)]
    public void Errors_of_direct_kernels_are_bounded(int side, Pass pass, double mostOf999, double most) =>
        AssertErrors(side, pass, winograd: false, mostOf999, most);

    [Theory]
    [InlineData(3, Pass.Forward, 7e-6, 1.2e-5)]
    [InlineData(3, Pass.DataGradient, 7e-6, 1.2e-5)]
    [InlineData(3, Pass.WeightGradient, 4e-6, 6e-6)]
    [InlineData(5, Pass.Forward, 7e-6, 1.2e-5)]
    [InlineData(5, Pass.DataGradient, 7e-6, 1.2e-5)]
    [InlineData(5, Pass.WeightGradient, 6e-6, 1.2e-5)]
    public void Errors_of_winograd_are_bounded(int side, Pass pass, double mostOf999, double most) =>
        AssertErrors(side, pass, winograd: true, mostOf999, most);

    public enum Pass
    {
        Forward,
        DataGradient,
        WeightGradient,
    }

    private static KnownConvolution Known(int side) =>
        new(new Shape(Side, Side, Channels), new Conv2D(Filters, side, padding: side / 2), Images);

    private static void AssertErrors(int side, Pass pass, bool winograd, double mostOf999, double most)
    {
        KnownConvolution known = (side == 3 ? known3 : known5).Value;
        (double[] expected, double[] actual) = pass switch
        {
            Pass.Forward => (known.Y.Values, (winograd ? WinogradRuns<F32x16>.Forward(known) : DirectRuns<F32x16>.Forward(known)).Values),
            Pass.DataGradient => (
                known.Dx.Values,
                (winograd ? WinogradRuns<F32x16>.DataGradient(known) : DirectRuns<F32x16>.DataGradient(known)).Values
            ),
            _ => (known.Dw, winograd ? WinogradRuns<F32x16>.WeightGradient(known) : DirectRuns<F32x16>.WeightGradient(known)),
        };
        double scale = Math.Sqrt(expected.Average(value => value * value));
        double[] errors = [.. expected.Zip(actual, (e, a) => Math.Abs(e - a) / scale).Order()];
        double quantile = errors[(int)(0.999 * (errors.Length - 1))];
        Assert.True(quantile <= mostOf999, $"One in a thousand errs by {quantile:e1} or more.");
        Assert.True(errors[^1] <= most, $"The greatest error is {errors[^1]:e1}.");
    }
}
