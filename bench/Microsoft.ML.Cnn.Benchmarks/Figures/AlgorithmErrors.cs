using System.Globalization;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Accuracy;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// A table of how far convolutions are from double precision, |error| over the root mean square of a layer's results: directly, by Winograd's
/// algorithms, and along rows of points with images in the lanes, on random numbers and on the activations and gradients of a trained VGG, of which the worst layer counts.
/// </summary>
internal static class AlgorithmErrors
{
    private const int Steps = 560;
    private const int Images = 8;

    public static int Run()
    {
        Console.WriteLine(
            "| set | filters | data | pass | direct 99.9 % | direct max | Winograd 99.9 % | Winograd max | image lanes 99.9 % | image lanes max | short sums 99.9 % | short sums max |"
        );
        Console.WriteLine("|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (int kernel in (int[])[3, 5])
        {
            KnownConvolution random = new(new Shape(12, 12, 64), new Conv2D(64, kernel, padding: Padding.Same), Images);
            Print(kernel, "random", [random]);
            Print(kernel, "trained VGG", TrainedVgg.Convolutions(kernel, Steps, Images));
        }

        return 0;
    }

    private static void Print(int kernel, string data, IReadOnlyList<KnownConvolution> layers)
    {
        foreach (
            InstructionSet set in Enum.GetValues<InstructionSet>()
                .Where(set => set is not InstructionSet.Scalar && set <= SimdDispatch.Best)
        )
        foreach (ConvolutionPass pass in Enum.GetValues<ConvolutionPass>())
        {
            string[] errors =
            [
                .. Enum.GetValues<ConvolutionKernels>()
                    .Select(kernels => ConvolutionErrors.Worst(layers.Select(layer => ConvolutionErrors.Of(set, layer, pass, kernels))))
                    .Select(worst => string.Create(CultureInfo.InvariantCulture, $"{worst.Quantile:0.0e-0} | {worst.Most:0.0e-0}")),
            ];
            Console.WriteLine($"| {set} | {kernel} x {kernel} | {data} | {pass} | {string.Join(" | ", errors)} |");
        }
    }
}
