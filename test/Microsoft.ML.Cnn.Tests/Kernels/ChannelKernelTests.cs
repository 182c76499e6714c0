using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class ChannelKernelTests
{
    private static readonly Layout[] Layouts = [Layout.Channels, Layout.Images];

    [Fact]
    public void Channel_affine_scales_and_shifts_each_channel()
    {
        foreach (int channels in new[] { 1, 3, 17, 33 })
        {
            AffineMatches<F32x16>(channels);
            AffineMatches<F32x8>(channels);
            AffineMatches<F32x4>(channels);
            AffineMatches<F32x1>(channels);
        }
    }

    [Fact]
    public void Channel_sums_add_to_what_is_there_and_skip_lanes_without_an_image()
    {
        foreach (int channels in new[] { 1, 3, 17, 33 })
        {
            SumsMatch<F32x16>(channels);
            SumsMatch<F32x8>(channels);
            SumsMatch<F32x4>(channels);
            SumsMatch<F32x1>(channels);
        }
    }

    [Fact]
    public unsafe void Shards_are_summed_in_their_order()
    {
        // In another order the small numbers would not be lost.
        float[] shards = new float[4 * 40];
        for (int i = 0; i < 37; i++)
        {
            shards[i] = 1e8f;
            shards[40 + i] = 1;
            shards[80 + i] = -1e8f;
            shards[120 + i] = i;
        }

        float[] sum = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, 40)];
        fixed (float* source = shards)
        fixed (float* target = sum)
        {
            Reduction.Sum<F32x16>(source, 40, 4, target, 37);
            Assert.Equal([.. Enumerable.Range(0, 37).Select(i => (float)i), .. sum[37..]], sum);
            Assert.All(sum[37..], value => Assert.Equal(PlanesBuffer.Sentinel, value));

            Reduction.Sum<F32x4>(source, 40, 4, source, 37);
            Assert.Equal(sum[..37], shards[..37]);
        }
    }

    private static unsafe void AffineMatches<V>(int channels)
        where V : struct, IVector<V>
    {
        float[] scale = [.. Enumerable.Range(0, channels).Select(c => 0.5f + 0.25f * c)];
        float[] shift = [.. Enumerable.Range(0, channels).Select(c => 1 - 0.5f * c)];
        int images = V.Count + 2;
        Batch x = Batch.WithoutTies(images, new Shape(3, 5, channels), 1);
        Batch dy = Batch.WithoutTies(images, x.Shape, 2);
        fixed (float* factor = scale)
        fixed (float* offset = shift)
        {
            foreach (Layout layout in Layouts)
            {
                using PlanesBuffer input = new(layout, V.Count, images, x.Shape, new Halo(1, 1, 1, 0));
                input.Write(x, dead: 55);
                using PlanesBuffer output = new(layout, V.Count, images, x.Shape, new Halo(0, 1, 2, 1));
                ChannelAffine.Forward<V>(layout, channels, input.Planes, output.Planes, factor, offset);
                double[] y = [.. x.Values.Select((value, i) => value * scale[i % channels] + shift[i % channels])];
                Approximately.Equal(y, output.Read().Values, 1e-6, layout);
                output.AssertGuards();
                ChannelAffine.Forward<V>(layout, channels, input.Planes, output.Planes, factor, offset, rectify: true);
                Approximately.Equal([.. y.Select(value => Math.Max(0, value))], output.Read().Values, 1e-6, layout);

                using PlanesBuffer gradient = new(layout, V.Count, images, x.Shape, new Halo(1, 0, 0, 1));
                gradient.Write(dy, dead: 66);
                double[] sums = new double[2 * channels];
                fixed (double* dscale = sums)
                {
                    ChannelAffine.ParameterGradients<V>(layout, channels, images, input.Planes, gradient.Planes, dscale, dscale + channels);
                }

                Approximately.Equal(SumByChannel([.. x.Values.Zip(dy.Values, (a, b) => a * b)], channels), sums.AsSpan(0, channels), 1e-5);
                Approximately.Equal(SumByChannel(dy.Values, channels), sums.AsSpan(channels), 1e-5);

                ChannelAffine.Backward<V>(layout, channels, gradient.Planes, gradient.Planes, factor);
                Approximately.Equal([.. dy.Values.Select((value, i) => value * scale[i % channels])], gradient.Read().Values, 1e-6);
                gradient.AssertGuards();
            }
        }
    }

    private static unsafe void SumsMatch<V>(int channels)
        where V : struct, IVector<V>
    {
        int images = V.Count + 3;
        Batch dy = Batch.WithoutTies(images, new Shape(3, 5, channels), 1);
        foreach (Layout layout in Layouts)
        {
            using PlanesBuffer gradient = new(layout, V.Count, images, dy.Shape, new Halo(1, 1, 1, 0));
            gradient.Write(dy, dead: 66);
            float[] sums = [.. Enumerable.Repeat(2f, channels), PlanesBuffer.Sentinel];
            fixed (float* target = sums)
            {
                Reduction.ChannelSums<V>(layout, channels, images, gradient.Planes, target);
            }

            double[] expected = [.. SumByChannel(dy.Values, channels).Select(sum => 2 + sum), PlanesBuffer.Sentinel];
            Approximately.Equal(expected, Array.ConvertAll(sums, value => (double)value), 1e-5, layout);
        }
    }

    private static double[] SumByChannel(double[] values, int channels)
    {
        double[] sums = new double[channels];
        for (int i = 0; i < values.Length; i++)
        {
            sums[i % channels] += values[i];
        }

        return sums;
    }
}
