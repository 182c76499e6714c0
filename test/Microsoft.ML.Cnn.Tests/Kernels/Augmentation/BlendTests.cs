using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public sealed unsafe class BlendTests
{
    [Fact]
    public void Each_value_is_the_mean_by_the_shares_of_two()
    {
        foreach (int length in (int[])[1, 3, 16, 17, 31, 100])
        {
            Blends<F32x16>(length, 0.3f);
            Blends<F32x8>(length, 0.75f);
            Blends<F32x4>(length, 0.3f);
            Blends<F32x1>(length, 0.999f);
        }
    }

    [Fact]
    public void A_whole_share_keeps_every_bit_and_none_takes_the_other_image()
    {
        Assert.Equal(Values(40, 1), Run<F32x8>(40, 1));
        Assert.Equal(Values(40, 2), Run<F32x8>(40, 0));
    }

    [Fact]
    public void All_widths_give_the_same_bits()
    {
        float[] expected = Run<F32x1>(77, 0.37f);
        Assert.Equal(expected, Run<F32x4>(77, 0.37f));
        Assert.Equal(expected, Run<F32x8>(77, 0.37f));
        Assert.Equal(expected, Run<F32x16>(77, 0.37f));
    }

    private static void Blends<V>(int length, float share)
        where V : struct, IVector<V>
    {
        double[] expected = [.. Values(length, 1).Zip(Values(length, 2), (x, y) => (double)share * x + (1 - (double)share) * y)];
        Approximately.Equal(expected, Array.ConvertAll(Run<V>(length, share), value => (double)value), 3e-7, (length, share));
    }

    private static float[] Run<V>(int length, float share)
        where V : struct, IVector<V>
    {
        using GuardedFloats x = GuardedFloats.Of(Array.ConvertAll(Values(length, 1), value => (double)value));
        using GuardedFloats y = GuardedFloats.Of(Array.ConvertAll(Values(length, 2), value => (double)value));
        Blend.Run<V>(x.Data, y.Data, length, share);
        x.AssertGuards();
        y.AssertGuards();
        Assert.Equal(Values(length, 2), Array.ConvertAll(y.Read(), value => (float)value));
        return Array.ConvertAll(x.Read(), value => (float)value);
    }

    private static float[] Values(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 255)];
    }
}
