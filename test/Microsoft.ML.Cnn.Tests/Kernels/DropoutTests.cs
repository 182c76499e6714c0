using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class DropoutTests
{
    private const float Rate = 0.3f;
    private const int Images = 19;

    private static readonly Shape Size = new(3, 5, 7);
    private static readonly Layout[] Layouts = [Layout.Channels, Layout.Images];

    [Fact]
    public void Elements_are_dropped_at_the_given_rate_and_the_others_scaled()
    {
        foreach (Layout layout in Layouts)
        {
            Batch ones = new Batch(100, new Shape(10, 10, 10)).Select(_ => 1);
            Batch y = Run<F32x16>(layout, ones, [100], key: 5);
            Assert.All(y.Values, value => Assert.True(value == 0 || (float)value == 1 / (1 - Rate), $"{value}"));
            Assert.Equal(Rate, y.Values.Count(value => value == 0) / 100_000.0, 0.006);
        }
    }

    [Fact]
    public void What_is_dropped_depends_on_neither_width_nor_slices_nor_halo()
    {
        Batch x = Batch.WithoutTies(Images, Size, 1);
        foreach (Layout layout in Layouts)
        {
            Batch whole = Run<F32x1>(layout, x, [Images], key: 3);
            Assert.Equal(whole.Values, Run<F32x16>(layout, x, [16, 3], key: 3).Values);
            Assert.Equal(whole.Values, Run<F32x8>(layout, x, [8, 11], key: 3).Values);
            Assert.Equal(whole.Values, Run<F32x4>(layout, x, [4, 8, 7], key: 3).Values);
        }
    }

    [Fact]
    public void Another_key_or_image_drops_other_elements()
    {
        Batch ones = new Batch(2, new Shape(8, 8, 1)).Select(_ => 1);
        foreach (Layout layout in Layouts)
        {
            double[] y = Run<F32x8>(layout, ones, [2], key: 1).Values;
            Assert.NotEqual(y, Run<F32x8>(layout, ones, [2], key: 2).Values);
            Assert.NotEqual(y[..64], y[64..]);
        }
    }

    private static Batch Run<V>(Layout layout, Batch x, int[] sizes, uint key)
        where V : struct, IVector<V>
    {
        using Slices slices = new(x, sizes, layout, V.Count);
        uint first = 0;
        for (int slice = 0; slice < sizes.Length; slice++)
        {
            Planes planes = slices[slice].Planes;
            DropoutKernel.Apply<V>(layout, x.Shape.Channels, planes, planes, Rate, new DropoutNumbers(key, first, 128));
            slices[slice].AssertGuards();
            first += (uint)sizes[slice];
        }

        return slices.Read();
    }
}
