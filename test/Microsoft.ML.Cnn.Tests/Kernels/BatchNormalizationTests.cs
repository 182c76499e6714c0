using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class BatchNormalizationTests
{
    private const float Epsilon = 1e-5f;

    [Fact]
    public void A_batch_cut_into_slices_is_normalized_as_a_whole()
    {
        foreach (int channels in new[] { 1, 3, 17, 20 })
        {
            EachLayout<F32x16>(channels);
            EachLayout<F32x8>(channels);
            EachLayout<F32x4>(channels);
            EachLayout<F32x1>(channels);
        }
    }

    [Fact]
    public unsafe void A_mean_far_from_zero_costs_no_digits_of_the_variance()
    {
        Batch x = Batch.WithoutTies(7, new Shape(9, 11, 3), 1).Select(value => (float)(10_000 + value));
        double* memory = stackalloc double[6];
        foreach (Layout layout in new[] { Layout.Channels, Layout.Images })
        {
            using PlanesBuffer input = PlanesBuffer.Of(x, layout, 8);
            ChannelMoments moments = BatchNormalizationKernel.Statistics<F32x8>(layout, 3, 7, input.Planes, memory);
            (double Mean, double Variance)[] expected = NormalizationReference.Moments(x);
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(expected[c].Mean, moments.Mean[c], expected[c].Mean * 1e-9);
                Assert.Equal(expected[c].Variance, moments.Squares[c] / moments.Count, expected[c].Variance * 1e-5);
            }
        }
    }

    [Fact]
    public unsafe void Running_statistics_take_a_tenth_of_the_batch_and_its_unbiased_variance()
    {
        Batch x = Batch.WithoutTies(6, new Shape(1, 1, 1), 1);
        using PlanesBuffer input = PlanesBuffer.Of(x, Layout.Channels, 4);
        double* memory = stackalloc double[2];
        ChannelMoments moments = BatchNormalizationKernel.Statistics<F32x4>(Layout.Channels, 1, 6, input.Planes, memory);
        float runningMean = 0.5f,
            runningVariance = 2;
        BatchNormalizationKernel.MoveRunningStatistics(moments, 0.1f, &runningMean, &runningVariance);
        (double expectedMean, double variance) = NormalizationReference.Moments(x)[0];
        Assert.Equal(0.9 * 0.5 + 0.1 * expectedMean, runningMean, 1e-6);
        Assert.Equal(0.9 * 2 + 0.1 * variance * 6 / 5, runningVariance, 1e-6);
    }

    [Fact]
    public unsafe void Frozen_statistics_are_an_affine_map()
    {
        float gamma = 1.5f,
            beta = -0.25f,
            mean = 3,
            variance = 4,
            scale,
            shift;
        BatchNormalizationKernel.Freeze(1, Epsilon, &gamma, &beta, &mean, &variance, &scale, &shift);
        Assert.Equal((5 - 3) / Math.Sqrt(4 + Epsilon) * 1.5 - 0.25, 5 * scale + shift, 1e-6);
    }

    [Fact]
    public void The_gradients_of_the_reference_agree_with_central_differences()
    {
        Shape shape = new(2, 3, 2);
        double[] gamma = [0.7, -1.3];
        double[] beta = [0.1, 0.2];
        Batch x = Batch.WithoutTies(3, shape, 1);
        CentralDifferences.Check(
            values => NormalizationReference.Normalize(new(3, shape, values), Epsilon, gamma, beta).Values,
            (values, dy) => NormalizationReference.NormalizeGradient(new(3, shape, values), new(3, shape, dy), Epsilon, gamma).Dx.Values,
            x.Values
        );
        CentralDifferences.Check(
            values => NormalizationReference.Normalize(x, Epsilon, values, beta).Values,
            (values, dy) => NormalizationReference.NormalizeGradient(x, new(3, shape, dy), Epsilon, values).Dgamma,
            gamma
        );
    }

    private static void EachLayout<V>(int channels)
        where V : struct, IVector<V>
    {
        foreach (Layout layout in new[] { Layout.Channels, Layout.Images })
        {
            Matches<V, IdentityFunction>(layout, channels);
            Matches<V, ReLUFunction>(layout, channels);
        }
    }

    private static unsafe void Matches<V, TActivation>(Layout layout, int channels)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        bool rectify = typeof(TActivation) == typeof(ReLUFunction);

        // Three slices: two of full groups, and one that leaves lanes without an image.
        int[] slices = [V.Count, 2 * V.Count, 1];
        string context = $"{layout} {channels} {typeof(V).Name} {(rectify ? "rectified" : "")}";
        Batch x = Batch.WithoutTies(slices.Sum(), new Shape(3, 5, channels), 1);
        Batch upstream = Batch.WithoutTies(x.Images, x.Shape, 2);
        Batch dy = upstream;
        float[] gamma = [.. Enumerable.Range(0, channels).Select(c => 0.5f + c % 3)];
        float[] beta = [.. Enumerable.Range(0, channels).Select(c => 0.1f * c)];
        double[] wideGamma = Array.ConvertAll(gamma, value => (double)value);
        float[] work = new float[8 * channels];
        double[] partials = new double[2 * channels * slices.Length];
        fixed (float* g = gamma)
        fixed (float* b = beta)
        fixed (float* w = work)
        fixed (double* p = partials)
        {
            float* mean = w,
                inverse = w + channels,
                scale = w + 2 * channels,
                slope = w + 3 * channels,
                shift = w + 4 * channels;
            ChannelTerms terms = new()
            {
                Center = mean,
                Scale = scale,
                Bias = b,
                Slope = slope,
                Shift = shift,
            };
            float* dgamma = w + 5 * channels,
                dbeta = w + 6 * channels;
            using Slices inputs = new(x, slices, layout, V.Count, dead: 77);
            ChannelMoments moments = default;
            for (int slice = 0; slice < slices.Length; slice++)
            {
                double* partial = p + slice * 2 * channels;
                ChannelMoments part = BatchNormalizationKernel.Statistics<V>(
                    layout,
                    channels,
                    slices[slice],
                    inputs[slice].Planes,
                    partial
                );
                moments = slice == 0 ? part : moments.Merge(part);
            }

            BatchNormalizationKernel.Complete(moments, Epsilon, g, mean, inverse, scale);

            using Slices outputs = new(x, slices, layout, V.Count);
            for (int slice = 0; slice < slices.Length; slice++)
            {
                BatchNormalizationKernel.Forward<V, TActivation>(layout, channels, inputs[slice].Planes, outputs[slice].Planes, terms);
            }

            Batch y = NormalizationReference.Normalize(x, Epsilon, wideGamma, Array.ConvertAll(beta, value => (double)value));
            if (rectify)
            {
                // Of gradients those pass that a positive y lets through: y as it was computed, whose sign may be another where it is next to nothing.
                Batch computed = outputs.Read();
                dy = new Batch(dy.Images, dy.Shape, [.. dy.Values.Zip(computed.Values, (gradient, value) => value > 0 ? gradient : 0)]);
                y = y.Select(value => Math.Max(0, value));
            }

            Approximately.Equal(y, outputs.Read(), 3e-6, context);

            using Slices gradients = new(upstream, slices, layout, V.Count);
            using Slices results = new(upstream, slices, layout, V.Count);
            Array.Clear(partials);
            for (int slice = 0; slice < slices.Length; slice++)
            {
                Planes input = inputs[slice].Planes;
                BatchNormalizationKernel.GradientSums<V, TActivation>(
                    layout,
                    channels,
                    slices[slice],
                    input,
                    gradients[slice].Planes,
                    terms,
                    p,
                    p + channels
                );
            }

            BatchNormalizationKernel.CompleteGradients(
                channels,
                moments.Count,
                p,
                p + channels,
                inverse,
                scale,
                dgamma,
                dbeta,
                slope,
                shift
            );
            for (int slice = 0; slice < slices.Length; slice++)
            {
                Planes input = inputs[slice].Planes;
                Planes result = results[slice].Planes;
                int images = slices[slice];
                BatchNormalizationKernel.Backward<V, TActivation>(layout, channels, images, input, gradients[slice].Planes, result, terms);
                results[slice].AssertGuards();
                Assert.All(results[slice].ReadDeadLanes(), value => Assert.Equal(0, value));
            }

            (Batch dx, double[] expectedGamma, double[] expectedBeta) = NormalizationReference.NormalizeGradient(x, dy, Epsilon, wideGamma);
            Approximately.Equal(dx, results.Read(), 5e-6, context);
            Approximately.Equal(expectedGamma, [.. work.Skip(5 * channels).Take(channels).Select(value => (double)value)], 1e-5, context);
            Approximately.Equal(expectedBeta, [.. work.Skip(6 * channels).Take(channels).Select(value => (double)value)], 1e-5, context);
        }
    }
}
