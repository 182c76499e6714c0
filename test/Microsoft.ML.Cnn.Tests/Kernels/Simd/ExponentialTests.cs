using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Tests.Kernels.Simd;

public sealed class ExponentialTests
{
    /// <summary>From the least whose result is normal to the greatest whose result is finite, and around zero.</summary>
    private static readonly float[] arguments =
    [
        .. Enumerable.Range(0, 400_000).Select(i => -87.33654f + i * (88.72283f + 87.33654f) / 400_000),
        .. Enumerable.Range(-60, 61).Select(i => MathF.ScaleB(1, i)),
        .. Enumerable.Range(-60, 61).Select(i => -MathF.ScaleB(1, i)).Where(x => x > -87),
        -87.33654f,
        88.72283f,
        0,
    ];

    [Fact]
    public void It_is_right_to_one_unit_in_the_last_place()
    {
        float[] results = Of(InstructionSet.Vector512, arguments);
        for (int i = 0; i < arguments.Length; i++)
        {
            double expected = Math.Exp(arguments[i]);
            if (expected < float.MaxValue)
            {
                double unit = (double)MathF.BitIncrement((float)expected) - (float)expected;
                Assert.True(Math.Abs(results[i] - expected) <= 1.01 * unit, $"e^{arguments[i]:R} is {expected:R}, not {results[i]:R}");
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(89, float.PositiveInfinity)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(-88, 0)]
    [InlineData(float.MinValue, 0)]
    [InlineData(0, 1)]
    [InlineData(float.Epsilon, 1)]
    public void Of_what_has_no_normal_result_it_is_what_it_tends_to(float x, float expected)
    {
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            Assert.All(Of(set, [.. Enumerable.Repeat(x, 16)]), result => Assert.Equal(expected, result));
        }
    }

    [Fact]
    public void It_has_the_same_bits_on_every_width()
    {
        float[] expected = Of(InstructionSet.Scalar, arguments);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            Assert.Equal(expected, Of(set, arguments));
        }
    }

    private static float[] Of(InstructionSet set, float[] x) => SimdDispatch.Run(set, new Run(x));

    private sealed unsafe class Run(float[] x) : IVectorFactory<float[]>
    {
        public float[] Create<V>()
            where V : struct, IVector<V>
        {
            // Room for whole vectors.
            float[] from = [.. x, .. new float[V.Count]];
            float[] to = new float[from.Length];
            fixed (float* source = from)
            fixed (float* target = to)
            {
                for (int i = 0; i < x.Length; i += V.Count)
                {
                    Exponential.Of(V.Load(source + i)).Store(target + i);
                }
            }

            return to[..x.Length];
        }
    }
}
