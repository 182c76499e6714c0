using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public unsafe class LocalResponseNormalizationTests
{
    private static readonly ResponseNormalization[] Constants =
    [
        new(5, 2, 1e-4f, 0.75f), // as published
        new(5, 1, 0.9f, 0.75f), // where mistakes show
        new(3, 1.5f, 0.5f, 0.6f),
        new(4, 1, 1, 1),
        new(1, 1, 0.5f, 0.5f),
        new(9, 1, 0.5f, 0.75f),
    ];

    [Fact]
    public void It_matches_the_published_formula_and_its_gradient()
    {
        foreach (ResponseNormalization constants in Constants)
        {
            foreach (int channels in new[] { 1, 3, 5, 16, 17, 37, 96 })
            {
                EachLayout<F32x16>(channels, constants);
                EachLayout<F32x8>(channels, constants);
                EachLayout<F32x4>(channels, constants);
                EachLayout<F32x1>(channels, constants);
            }
        }
    }

    [Fact]
    public void The_gradient_of_the_reference_agrees_with_central_differences()
    {
        Shape shape = new(1, 2, 7);
        foreach (ResponseNormalization constants in Constants)
        {
            CentralDifferences.Check(
                x => NormalizationReference.Respond(new(2, shape, x), constants).Values,
                (x, dy) => NormalizationReference.RespondGradient(new(2, shape, x), new(2, shape, dy), constants).Values,
                Batch.WithoutTies(2, shape, 1).Values
            );
        }
    }

    private static void EachLayout<V>(int channels, ResponseNormalization constants)
        where V : struct, IVector<V>
    {
        Matches<V>(Layout.Channels, channels, constants);
        Matches<V>(Layout.Images, channels, constants);
    }

    private static void Matches<V>(Layout layout, int channels, ResponseNormalization constants)
        where V : struct, IVector<V>
    {
        string context = $"{layout} {channels} {constants} {typeof(V).Name}";
        Batch x = Batch.WithoutTies(5, new Shape(1, 3, channels), 1).Select(value => 2 * value);
        Batch dy = Batch.WithoutTies(5, x.Shape, 2);
        using PlanesBuffer input = PlanesBuffer.Of(x, layout, V.Count, new Halo(1, 1, 0, 0));
        using PlanesBuffer output = new(layout, V.Count, 5, x.Shape, new Halo(0, 2, 1, 0));
        using PlanesBuffer kept = new(layout, V.Count, 5, x.Shape);
        long length = LocalResponseNormalizationKernel.ScratchLength<V>(layout, channels, constants);
        using GuardedFloats scratch = new(length);
        LocalResponseNormalizationKernel.Forward<V>(layout, channels, input.Planes, output.Planes, kept.Planes, constants, scratch.Data);
        Approximately.Equal(NormalizationReference.Respond(x, constants), output.Read(), 1e-6, context);

        using PlanesBuffer predicted = new(layout, V.Count, 5, x.Shape);
        LocalResponseNormalizationKernel.Forward<V>(
            layout,
            channels,
            input.Planes,
            predicted.Planes,
            predicted.Planes,
            constants,
            scratch.Data
        );
        Assert.Equal(output.Read().Values, predicted.Read().Values);

        using PlanesBuffer gradient = PlanesBuffer.Of(dy, layout, V.Count, new Halo(0, 0, 1, 1));
        using PlanesBuffer result = new(layout, V.Count, 5, x.Shape, new Halo(1, 0, 1, 2));
        LocalResponseNormalizationKernel.Backward<V>(
            layout,
            channels,
            input.Planes,
            gradient.Planes,
            result.Planes,
            kept.Planes,
            constants,
            scratch.Data
        );
        Approximately.Equal(NormalizationReference.RespondGradient(x, dy, constants), result.Read(), 2e-6, context);
        output.AssertGuards();
        kept.AssertGuards();
        result.AssertGuards();
        scratch.AssertGuards();
    }
}
