using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class ActivationTests
{
    private const double A = 1.7159;
    private const double S = 2.0 / 3;

    private static readonly float[] Inputs =
    [
        .. Enumerable.Range(-4000, 8001).Select(i => i * 0.00271f),
        .. Enumerable.Range(-40, 60).Select(i => MathF.ScaleB(1.3f, i)),
        .. Enumerable.Range(-40, 60).Select(i => -MathF.ScaleB(1.3f, i)),
        0f,
        -0f,
        1e-40f,
        float.MaxValue,
        -float.MaxValue,
        float.PositiveInfinity,
        float.NegativeInfinity,
    ];

    [Fact]
    public void Tanh_is_accurate_to_two_units_in_the_last_place()
    {
        foreach ((float x, float y) in Inputs.Zip(Apply<F32x16, TanhFunction>(Inputs)))
        {
            double expected = Math.Tanh(x);
            double unit = MathF.BitIncrement(MathF.Abs((float)expected)) - MathF.Abs((float)expected);
            Assert.True(Math.Abs(y - expected) <= 2 * unit, $"tanh({x:r}) = {expected:r}, was {y:r}");
        }
    }

    [Fact]
    public void Gelu_is_accurate_to_a_few_units_in_the_last_place_on_either_side()
    {
        float[] inputs =
        [
            .. Enumerable.Range(-1200, 2401).Select(i => i * 0.01f),
            .. Enumerable.Range(-40, 48).Select(i => -MathF.ScaleB(1.3f, i % 4)),
        ];
        foreach ((float x, float y) in inputs.Zip(Apply<F32x16, GELUFunction>(inputs)))
        {
            double expected = x * Normal.Distribution(x);
            Assert.True(Math.Abs(y - expected) <= 1e-6 * Math.Abs(expected) + 1e-37, $"gelu({x:r}) = {expected:r}, was {y:r}");
        }
    }

    [Fact]
    public void Elu_loses_no_digits_near_zero()
    {
        float[] inputs = [.. Enumerable.Range(1, 60).Select(i => -MathF.ScaleB(1.3f, -i / 2))];
        foreach ((float x, float y) in inputs.Zip(Apply<F32x16, ELUFunction>(inputs, new ELUFunction(1))))
        {
            double expected = x > -1e-3 ? x + (double)x * x / 2 + (double)x * x * x / 6 : Math.Exp(x) - 1;
            Assert.Equal(expected, y, 4e-7 * Math.Abs(expected));
        }
    }

    [Fact]
    public void Activations_match_their_formulas()
    {
        Matches<ReLUFunction>(x => Math.Max(0, x), y => y > 0 ? 1 : 0);
        Matches<TanhFunction>(Math.Tanh, y => 1 - y * y);
        Matches<ScaledTanhFunction>(x => A * Math.Tanh(S * x), y => A * S * (1 - y / A * (y / A)));
        Matches<SigmoidFunction>(x => 1 / (1 + Math.Exp(-x)), y => y * (1 - y));
        Matches(x => x > 0 ? x : 0.2 * x, y => y > 0 ? 1 : 0.2, new LeakyReLUFunction(0.2f));
        Matches(x => x > 0 ? x : 0.7 * (Math.Exp(x) - 1), y => y > 0 ? 1 : y + 0.7, new ELUFunction(0.7f));
        Matches<GELUFunction>(
            x => x * Normal.Distribution(x),
            x => Normal.Distribution(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)
        );
        Matches<SiLUFunction>(x => x / (1 + Math.Exp(-x)), x => (1 + Math.Exp(-x) * (1 + x)) / Math.Pow(1 + Math.Exp(-x), 2));
    }

    [Fact]
    public void Slopes_told_from_the_result_agree_with_central_differences()
    {
        double[] x = [-3, -0.5, 0.25, 1, 2];
        CentralDifferences.Check(
            v => Array.ConvertAll(v, Math.Tanh),
            (v, dy) => [.. v.Zip(dy, (a, d) => d * (1 - Math.Pow(Math.Tanh(a), 2)))],
            x
        );
        CentralDifferences.Check(
            v => Array.ConvertAll(v, a => A * Math.Tanh(S * a)),
            (v, dy) => [.. v.Zip(dy, (a, d) => d * A * S * (1 - Math.Pow(Math.Tanh(S * a), 2)))],
            x
        );
    }

    [Fact]
    public void Scaled_tanh_maps_one_to_one() => Assert.Equal(1f, Apply<F32x4, ScaledTanhFunction>([1f])[0], 1e-4f);

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        SameBits<ReLUFunction>();
        SameBits<TanhFunction>();
        SameBits<ScaledTanhFunction>();
        SameBits<SigmoidFunction>();
        SameBits(new LeakyReLUFunction(0.2f));
        SameBits(new ELUFunction(0.7f));
        SameBits<GELUFunction>();
        SameBits<SiLUFunction>();
    }

    [Fact]
    public void NaN_is_not_hidden()
    {
        float[] x = [.. Enumerable.Repeat(float.NaN, 17)];
        Assert.All(Apply<F32x16, ReLUFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x16, TanhFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x8, ScaledTanhFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x4, SigmoidFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x4, LeakyReLUFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x8, ELUFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x16, GELUFunction>(x), y => Assert.True(float.IsNaN(y)));
        Assert.All(Apply<F32x1, SiLUFunction>(x), y => Assert.True(float.IsNaN(y)));
    }

    [Fact]
    public void Rectify_clears_the_gradient_where_the_result_is_zero()
    {
        Batch y = Batch.WithoutTies(3, new Shape(3, 5, 17), 1).Select(value => Math.Max(0, value));
        Batch dy = Batch.WithoutTies(3, y.Shape, 2);
        using PlanesBuffer result = PlanesBuffer.Of(y, Layout.Channels, 16, new Halo(1, 1, 1, 1));
        using PlanesBuffer gradient = PlanesBuffer.Of(dy, Layout.Channels, 16, new Halo(0, 2, 0, 1));
        Activation.Rectify<F32x16>(result.Planes, gradient.Planes);
        Assert.Equal(y.Values.Zip(dy.Values, (a, d) => a > 0 ? d : 0), gradient.Read().Values);
        gradient.AssertGuards();
    }

    /// <summary>The slope is told from the result or from the input, as the activation has it.</summary>
    private static void Matches<TActivation>(Func<double, double> forward, Func<double, double> slope, TActivation activation = default)
        where TActivation : struct, IActivation
    {
        foreach (Halo halo in new[] { Halo.None, new Halo(1, 2, 1, 0) })
        {
            Matches<F32x16, TActivation>(Layout.Channels, halo, forward, slope, activation);
            Matches<F32x16, TActivation>(Layout.Images, halo, forward, slope, activation);
            Matches<F32x8, TActivation>(Layout.Channels, halo, forward, slope, activation);
            Matches<F32x4, TActivation>(Layout.Images, halo, forward, slope, activation);
            Matches<F32x1, TActivation>(Layout.Channels, halo, forward, slope, activation);
        }
    }

    private static void Matches<V, TActivation>(
        Layout layout,
        Halo halo,
        Func<double, double> forward,
        Func<double, double> slope,
        TActivation activation
    )
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        Batch x = Batch.WithoutTies(5, new Shape(3, 5, 7), 1).Select(value => (float)(4 * value));
        Batch dy = Batch.WithoutTies(5, x.Shape, 2);
        using PlanesBuffer input = PlanesBuffer.Of(x, layout, V.Count, halo);
        using PlanesBuffer output = new(layout, V.Count, 5, x.Shape, halo);
        Activation.Forward<V, TActivation>(input.Planes, output.Planes, activation);
        Batch y = x.Select(forward);
        Approximately.Equal(y, output.Read(), 3e-7, typeof(TActivation).Name);
        output.AssertGuards();

        using PlanesBuffer gradient = PlanesBuffer.Of(dy, layout, V.Count, halo);
        using PlanesBuffer result = new(layout, V.Count, 5, x.Shape, new Halo(0, 1, 1, 1));
        PlanesBuffer kept = TActivation.ReadsInput ? input : output;
        Activation.Backward<V, TActivation>(kept.Planes, gradient.Planes, result.Planes, activation);
        double[] expected = [.. (TActivation.ReadsInput ? x : y).Values.Zip(dy.Values, (a, d) => d * slope(a))];
        Approximately.Equal(expected, result.Read().Values, 1e-6, typeof(TActivation).Name);
        result.AssertGuards();
    }

    private static void SameBits<TActivation>(TActivation activation = default)
        where TActivation : struct, IActivation
    {
        float[] wide = Apply<F32x16, TActivation>(Inputs, activation);
        Assert.Equal(wide, Apply<F32x8, TActivation>(Inputs, activation));
        Assert.Equal(wide, Apply<F32x4, TActivation>(Inputs, activation));
        Assert.Equal(wide, Apply<F32x1, TActivation>(Inputs, activation));
    }

    private static unsafe float[] Apply<V, TActivation>(float[] inputs, TActivation activation = default)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        float[] outputs = new float[inputs.Length];
        fixed (float* x = inputs)
        fixed (float* y = outputs)
        {
            Activation.Forward<V, TActivation>(
                Planes.Dense(x, 1, 1, 1, inputs.Length),
                Planes.Dense(y, 1, 1, 1, inputs.Length),
                activation
            );
        }

        return outputs;
    }
}
