using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Accuracy;
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
    private static readonly Lazy<KnownConvolution> lowMap = new(() =>
        new KnownConvolution(new Shape(2, 10, Channels), new Conv2D(Filters, 5, padding: 2), Images)
    );

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 3e-6, 5e-6)]
    [InlineData(3, ConvolutionPass.DataGradient, 3e-6, 5e-6)]
    [InlineData(3, ConvolutionPass.WeightGradient, 3e-6, 5e-6)]
    [InlineData(5, ConvolutionPass.Forward, 5e-6, 8e-6)]
    [InlineData(5, ConvolutionPass.DataGradient, 5e-6, 8e-6)]
    [InlineData(5, ConvolutionPass.WeightGradient, 3e-6, 5e-6)]
    public void Errors_of_direct_kernels_are_bounded(int side, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(side, pass, ConvolutionKernels.Direct, mostOf999, most);

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 7e-6, 1.2e-5)]
    [InlineData(3, ConvolutionPass.DataGradient, 7e-6, 1.2e-5)]
    [InlineData(3, ConvolutionPass.WeightGradient, 4e-6, 6e-6)]
    [InlineData(5, ConvolutionPass.Forward, 2e-5, 3.5e-5)]
    [InlineData(5, ConvolutionPass.DataGradient, 2.2e-5, 3.7e-5)]
    [InlineData(5, ConvolutionPass.WeightGradient, 1.6e-5, 2.8e-5)]
    public void Errors_of_winograd_are_bounded(int side, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(side, pass, ConvolutionKernels.Winograd, mostOf999, most);

    [Theory]
    [InlineData(ConvolutionPass.Forward, 7e-6, 1.2e-5)]
    [InlineData(ConvolutionPass.DataGradient, 7e-6, 1.2e-5)]
    [InlineData(ConvolutionPass.WeightGradient, 8e-6, 1.5e-5)]
    public void Errors_of_the_smaller_tiles_of_low_maps_are_bounded(ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(lowMap.Value, pass, ConvolutionKernels.Winograd, mostOf999, most);

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 1.2e-5, 2.5e-5)]
    [InlineData(3, ConvolutionPass.DataGradient, 1e-5, 2e-5)]
    [InlineData(3, ConvolutionPass.WeightGradient, 5e-6, 1e-5)]
    [InlineData(5, ConvolutionPass.Forward, 1.5e-5, 2.5e-5)]
    [InlineData(5, ConvolutionPass.DataGradient, 1.2e-5, 2.5e-5)]
    [InlineData(5, ConvolutionPass.WeightGradient, 6e-6, 1.2e-5)]
    public void Errors_along_rows_of_points_are_bounded(int side, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(side, pass, ConvolutionKernels.LaneWinograd, mostOf999, most);

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 1.2e-5, 2.5e-5)]
    [InlineData(3, ConvolutionPass.WeightGradient, 5e-6, 1e-5)]
    [InlineData(5, ConvolutionPass.Forward, 1.5e-5, 2.5e-5)]
    [InlineData(5, ConvolutionPass.WeightGradient, 6e-6, 1.2e-5)]
    public void Errors_along_rows_of_points_in_registers_are_bounded(int side, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(side, pass, ConvolutionKernels.ShallowWinograd, mostOf999, most);

    private static KnownConvolution Known(int side) =>
        new(new Shape(Side, Side, Channels), new Conv2D(Filters, side, padding: side / 2), Images);

    private static void AssertErrors(int side, ConvolutionPass pass, ConvolutionKernels kernels, double mostOf999, double most) =>
        AssertErrors((side == 3 ? known3 : known5).Value, pass, kernels, mostOf999, most);

    private static void AssertErrors(
        KnownConvolution known,
        ConvolutionPass pass,
        ConvolutionKernels kernels,
        double mostOf999,
        double most
    ) =>
        ConvolutionErrors
            .Of(InstructionSet.Vector512, known, pass, kernels)
            .AssertWithin(new ConvolutionErrors(mostOf999, most), known.Name);
}
