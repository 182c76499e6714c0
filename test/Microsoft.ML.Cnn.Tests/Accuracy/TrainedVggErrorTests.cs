using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>
/// Errors on activations and gradients as they come: many zeros, and magnitudes that differ from image to image. Bounds hold for each layer, and are about
/// twice what is measured.
/// </summary>
public class TrainedVggErrorTests
{
    private const int Steps = 100;
    private const int Images = 2;

    private static readonly Lazy<IReadOnlyList<KnownConvolution>> vgg3 = new(() => TrainedVgg.Convolutions(3, Steps, Images));
    private static readonly Lazy<IReadOnlyList<KnownConvolution>> vgg5 = new(() => TrainedVgg.Convolutions(5, Steps, Images));

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 3e-6, 5e-6)]
    [InlineData(3, ConvolutionPass.DataGradient, 4e-6, 7e-6)]
    [InlineData(3, ConvolutionPass.WeightGradient, 4e-6, 1.2e-5)]
    [InlineData(5, ConvolutionPass.Forward, 5e-6, 7e-6)]
    [InlineData(5, ConvolutionPass.DataGradient, 3e-6, 7e-6)]
    [InlineData(5, ConvolutionPass.WeightGradient, 5e-6, 1.6e-5)]
    public void Errors_of_direct_kernels_are_bounded_in_a_trained_vgg(int kernel, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(kernel, pass, ConvolutionKernels.Direct, new ConvolutionErrors(mostOf999, most));

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 5e-6, 8e-6)]
    [InlineData(3, ConvolutionPass.DataGradient, 1.2e-5, 2.2e-5)]
    [InlineData(3, ConvolutionPass.WeightGradient, 7e-6, 2e-5)]
    [InlineData(5, ConvolutionPass.Forward, 1.3e-5, 1.8e-5)]
    [InlineData(5, ConvolutionPass.DataGradient, 3.6e-5, 5.6e-5)]
    [InlineData(5, ConvolutionPass.WeightGradient, 1.8e-5, 6e-5)]
    public void Errors_of_winograd_are_bounded_in_a_trained_vgg(int kernel, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(kernel, pass, ConvolutionKernels.Winograd, new ConvolutionErrors(mostOf999, most));

    [Theory]
    [InlineData(3, ConvolutionPass.Forward, 2.5e-5, 6e-5)]
    [InlineData(3, ConvolutionPass.DataGradient, 6e-5, 2e-4)]
    [InlineData(3, ConvolutionPass.WeightGradient, 2.5e-5, 1e-4)]
    [InlineData(5, ConvolutionPass.Forward, 2e-5, 4e-5)]
    [InlineData(5, ConvolutionPass.DataGradient, 5e-5, 1.5e-4)]
    [InlineData(5, ConvolutionPass.WeightGradient, 3e-5, 1e-4)]
    public void Errors_along_rows_of_points_are_bounded_in_a_trained_vgg(int kernel, ConvolutionPass pass, double mostOf999, double most) =>
        AssertErrors(kernel, pass, ConvolutionKernels.LaneWinograd, new ConvolutionErrors(mostOf999, most));

    private static void AssertErrors(int kernel, ConvolutionPass pass, ConvolutionKernels kernels, ConvolutionErrors bound)
    {
        IReadOnlyList<KnownConvolution> layers = (kernel == 3 ? vgg3 : vgg5).Value;
        Assert.NotEmpty(layers);
        Assert.All(layers, known => ConvolutionErrors.Of(SimdDispatch.Best, known, pass, kernels).AssertWithin(bound, known.Name));
    }
}
