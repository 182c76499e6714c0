using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Kernels;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>The passes of a convolution.</summary>
public enum ConvolutionPass
{
    Forward,
    DataGradient,
    WeightGradient,
}

/// <summary>The kernels that compute them.</summary>
public enum ConvolutionKernels
{
    /// <summary>As sums of products, channels in the lanes.</summary>
    Direct,

    /// <summary>By tiles of points, channels in the lanes.</summary>
    Winograd,

    /// <summary>By rows of points, images in the lanes.</summary>
    LaneWinograd,

    /// <summary>Likewise, in registers.</summary>
    ShallowWinograd,
}

/// <summary>
/// How far a pass of a convolution is from its definition in double precision: |error| over the root mean square of the results.
/// </summary>
/// <param name="Quantile">999 of 1000 results err by no more.</param>
/// <param name="Most">The greatest error.</param>
internal readonly record struct ConvolutionErrors(double Quantile, double Most)
{
    /// <summary>At a width of vectors.</summary>
    public static ConvolutionErrors Of(InstructionSet set, KnownConvolution known, ConvolutionPass pass, ConvolutionKernels kernels) =>
        SimdDispatch.Run(set, new Measurement(known, pass, kernels));

    /// <summary>The greater of each.</summary>
    public static ConvolutionErrors Worst(IEnumerable<ConvolutionErrors> errors) =>
        errors.Aggregate((a, b) => new ConvolutionErrors(Math.Max(a.Quantile, b.Quantile), Math.Max(a.Most, b.Most)));

    public void AssertWithin(ConvolutionErrors bound, string name)
    {
        Assert.True(Quantile <= bound.Quantile, $"{name}: one in a thousand errs by {Quantile:e1} or more.");
        Assert.True(Most <= bound.Most, $"{name}: the greatest error is {Most:e1}.");
    }

    private static ConvolutionErrors Between(double[] expected, double[] actual)
    {
        double scale = Math.Sqrt(expected.Average(value => value * value));
        double[] errors = [.. expected.Zip(actual, (e, a) => Math.Abs(e - a) / scale)];
        Array.Sort(errors);
        return new ConvolutionErrors(errors[(int)(0.999 * (errors.Length - 1))], errors[^1]);
    }

    private sealed record Measurement(KnownConvolution Known, ConvolutionPass Pass, ConvolutionKernels Kernels)
        : IVectorFactory<ConvolutionErrors>
    {
        public ConvolutionErrors Create<V>()
            where V : struct, IVector<V> =>
            Pass switch
            {
                ConvolutionPass.Forward => Between(
                    Known.Y.Values,
                    Kernels switch
                    {
                        ConvolutionKernels.Direct => DirectRuns<V>.Forward(Known).Values,
                        ConvolutionKernels.Winograd => WinogradRuns<V>.Forward(Known).Values,
                        ConvolutionKernels.LaneWinograd => LaneWinogradRuns<V>.Forward(Known).Values,
                        _ => ShallowWinogradRuns<V>.Forward(Known).Values,
                    }
                ),
                ConvolutionPass.DataGradient => Between(
                    Known.Dx.Values,
                    Kernels switch
                    {
                        ConvolutionKernels.Direct => DirectRuns<V>.DataGradient(Known).Values,
                        ConvolutionKernels.Winograd => WinogradRuns<V>.DataGradient(Known).Values,
                        _ => LaneWinogradRuns<V>.Gradients(Known).Dx.Values,
                    }
                ),
                _ => Between(
                    Known.Dw,
                    Kernels switch
                    {
                        ConvolutionKernels.Direct => DirectRuns<V>.WeightGradient(Known),
                        ConvolutionKernels.Winograd => WinogradRuns<V>.WeightGradient(Known),
                        ConvolutionKernels.LaneWinograd => LaneWinogradRuns<V>.Gradients(Known).Dw,
                        _ => ShallowWinogradRuns<V>.WeightGradient(Known),
                    }
                ),
            };
    }
}
