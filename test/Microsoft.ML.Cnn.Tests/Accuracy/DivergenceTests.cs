using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>
/// How fast trainings part, as <see cref="DivergenceCurve"/> measures it, with few seeds; and what brings it about, the rounding errors of a step. The
/// benchmarks' <c>divergence</c> takes dozens of seeds, and gives standard errors.
/// </summary>
public class DivergenceTests
{
    private static readonly Lazy<FashionImages> images = new(FashionImages.Halved);

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Without_batch_normalization_winograd_diverges_at_most_twice_as_fast_as_another_order_of_summation(int kernel)
    {
        DivergenceCurve curve = DivergenceCurve.Measure(images.Value, batchNormalization: false, seeds: 4, lastStep: 120, kernel);
        Assert.True(curve.Rate(point => point.Reordered) > 0.01, "Trainings did not part.");
        Assert.InRange(curve.RateRatio, 0.25, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rounding_by_winograd_leads_a_step_less_than_twice_as_far_astray_as_another_order_of_summation(bool batchNormalization) =>
        Assert.InRange(DivergenceCurve.Measure(images.Value, batchNormalization, seeds: 20, lastStep: 1).RoundingRatio, 0.5, 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_diverges_is_computed_by_winograd(bool batchNormalization)
    {
        ConvolutionMethod[] Methods(ConvolutionAlgorithm algorithm)
        {
            ModelDescription model = Divergence.Describe(images.Value, batchNormalization, algorithm);
            PlanDecisions decisions = PlanDecisions.Make(
                model.Network.Lower(model.InputShape),
                training: true,
                algorithm,
                PlanOptions.For(Divergence.BatchSize, threads: 1),
                lanes: F32x16.Count
            );
            return
            [
                .. decisions
                    .Operations.Where(operation => operation.Primitive is ConvolutionPrimitive)
                    .Select(operation => operation.Method),
            ];
        }

        Assert.Equal(
            [ConvolutionMethod.Direct, ConvolutionMethod.Winograd, ConvolutionMethod.Winograd, ConvolutionMethod.SharedWinograd],
            Methods(ConvolutionAlgorithm.Automatic)
        );
        Assert.All(Methods(ConvolutionAlgorithm.Direct), method => Assert.Equal(ConvolutionMethod.Direct, method));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_network_with_permuted_channels_computes_the_same(bool batchNormalization)
    {
        ModelDescription model = Divergence.Describe(images.Value, batchNormalization, ConvolutionAlgorithm.Direct);
        HiddenPermutation permutation = new(model.Network, model.InputShape, seed: 1);
        using ParameterStore start = ParameterStore.Initialize(model.Network, model.InputShape, seed: 1);
        using ParameterStore permuted = start.Clone();
        permutation.Apply(start, permuted);
        Assert.NotEqual(start.Parameters.Span.ToArray(), permuted.Parameters.Span.ToArray());
        using SeededTraining one = new(model, start, images.Value, Divergence.BatchSize, seed: 1);
        using SeededTraining other = new(model, permuted, images.Value, Divergence.BatchSize, seed: 1);
        (double expected, double actual) = (one.Run(1), other.Run(1));
        Assert.InRange(actual, expected * (1 - 1e-5), expected * (1 + 1e-5));

        using ParameterStore undone = start.Clone();
        permutation.Undo(permuted, undone);
        Assert.InRange(Divergence.Distance(undone, start), 0, 1e-3);
    }
}
