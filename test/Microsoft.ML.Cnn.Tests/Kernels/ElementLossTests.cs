using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class ElementLossTests
{
    private const int Rows = 5;
    private const double TotalWeight = 4.5;

    private static readonly int[] Outputs = [1, 2, 3, 10, 16, 17, 40];

    private static readonly float[] Weights = [1, 0.5f, 0, 2, 1];

    [Fact]
    public void Sigmoid_cross_entropy_matches_its_formula()
    {
        Matches(new SigmoidCrossEntropyFunction(0), (x, t) => Sigmoid(x, t), (x, t) => Logistic(x) - t);
        const float Smoothing = 0.2f;
        Matches(
            new SigmoidCrossEntropyFunction(Smoothing),
            (x, t) => Sigmoid(x, t * (1 - (double)Smoothing) + (double)Smoothing / 2),
            (x, t) => Logistic(x) - (t * (1 - (double)Smoothing) + (double)Smoothing / 2)
        );
    }

    [Fact]
    public void The_squared_loss_matches_its_formula() =>
        Matches(default(SquaredFunction), (x, t) => (x - t) * (x - t), (x, t) => 2 * (x - t));

    [Theory]
    [InlineData(0.25f)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_Huber_loss_matches_its_formula(float delta) =>
        Matches(new HuberFunction(delta), (x, t) => Huber(x - t, delta), (x, t) => Math.Clamp(x - t, -delta, delta));

    [Fact]
    public void Great_scores_neither_overflow_nor_lose_their_gradient()
    {
        (LossSums sums, float[] gradient) = Run<F32x4, SigmoidCrossEntropyFunction>(new(0), 1, [1000, -1000, 0, 80, -80], [0, 1, 0, 1, 0]);
        Assert.Equal(1000 + 0.5 * 1000, sums.Loss, 1e-3);
        Approximately.Equal([1, -0.5, 0, 0, 0], [.. gradient.Select(value => value * TotalWeight)], 1e-6, "great scores");
    }

    [Fact]
    public void Rows_of_weight_zero_count_for_nothing_even_where_they_are_NaN()
    {
        (LossSums sums, float[] gradient) = Run<F32x8, SquaredFunction>(default, 1, [1, 1, float.NaN, 1, 1], [1, 1, 1, 1, 0]);
        Assert.Equal(1, sums.Loss, 1e-6);
        Assert.Equal(1, sums.SquaredError, 1e-6);
        Assert.Equal(0, gradient[2]);
    }

    [Fact]
    public void Errors_are_squared_in_the_scale_of_their_output_and_nothing_else_is()
    {
        float[] x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        float[] targets = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4];
        (LossSums plain, float[] gradient) = Run<F32x4, HuberFunction>(new(1), 2, x, targets);
        (LossSums scaled, float[] same) = Run<F32x4, HuberFunction>(new(1), 2, x, targets, errorScales: [10, 0.5f]);
        Assert.Equal(plain.Loss, scaled.Loss);
        Assert.Equal(gradient, same);
        double[] scales = [10, 0.5];
        double expected = x.Select((value, i) => Weights[i / 2] / 2 * Math.Pow(scales[i % 2] * (value - targets[i]), 2)).Sum();
        Assert.Equal(expected, scaled.SquaredError, 1e-6 * expected);
    }

    [Fact]
    public void NaN_is_not_hidden()
    {
        float[] x = [0, 0, 0, float.NaN, 0];
        Assert.True(double.IsNaN(Run<F32x8, SquaredFunction>(default, 1, x, new float[5]).Sums.Loss));
        Assert.True(double.IsNaN(Run<F32x8, HuberFunction>(new(1), 1, x, new float[5]).Sums.Loss));
        Assert.True(double.IsNaN(Run<F32x8, SigmoidCrossEntropyFunction>(new(0), 1, x, new float[5]).Sums.Loss));
    }

    [Fact]
    public void The_sign_of_an_output_says_its_class()
    {
        (LossSums sums, _) = Run<F32x4, SigmoidCrossEntropyFunction>(new(0), 1, [0.1f, -0.1f, 1, 0, -1], [1, 1, 1, 0, 0]);
        Assert.Equal(4, sums.CorrectWeight, 1e-6);
    }

    [Fact]
    public void Where_both_classes_are_wanted_each_is_right_by_its_share()
    {
        (LossSums sums, _) = Run<F32x4, SigmoidCrossEntropyFunction>(new(0), 1, [1, -1, 1, 2, -1], [0.75f, 0.25f, 0.5f, 0.5f, 0.75f]);
        Assert.Equal(1 * 0.75 + 0.5 * 0.75 + 2 * 0.5 + 1 * 0.25, sums.CorrectWeight, 1e-6);
    }

    private static void Matches<TLoss>(TLoss function, Func<double, double, double> loss, Func<double, double, double> derivative)
        where TLoss : struct, IElementLoss
    {
        foreach (int outputs in Outputs)
        {
            Matches<F32x16, TLoss>(function, outputs, loss, derivative);
            Matches<F32x8, TLoss>(function, outputs, loss, derivative);
            Matches<F32x4, TLoss>(function, outputs, loss, derivative);
            Matches<F32x1, TLoss>(function, outputs, loss, derivative);
        }
    }

    private static void Matches<V, TLoss>(
        TLoss function,
        int outputs,
        Func<double, double, double> loss,
        Func<double, double, double> derivative
    )
        where V : struct, IVector<V>
        where TLoss : struct, IElementLoss
    {
        double[] x = Batch.WithoutTies(Rows, Shape.Flat(outputs), 1).Select(value => (float)(4 * value)).Values;
        double[] targets = [.. Enumerable.Range(0, x.Length).Select(i => TLoss.Classifies ? i % 5 / 4.0 : i % 5 - 2.125)];
        CentralDifferences.Check(
            values => [.. values.Zip(targets, loss)],
            (values, dy) => [.. values.Zip(targets, derivative).Zip(dy, (left, right) => left * right)],
            x,
            1e-5
        );
        double[] share = [.. Enumerable.Range(0, x.Length).Select(i => (double)Weights[i / outputs] / outputs)];
        (LossSums sums, float[] gradient) = Run<V, TLoss>(
            function,
            outputs,
            Array.ConvertAll(x, value => (float)value),
            Array.ConvertAll(targets, value => (float)value)
        );
        Assert.Equal(x.Select((value, i) => share[i] * loss(value, targets[i])).Sum(), sums.Loss, 1e-5);
        Approximately.Equal(
            [.. x.Select((value, i) => share[i] / TotalWeight * derivative(value, targets[i]))],
            Array.ConvertAll(gradient, value => (double)value),
            1e-6,
            outputs
        );
        double squares = TLoss.Classifies ? 0 : x.Select((value, i) => share[i] * Math.Pow(value - targets[i], 2)).Sum();
        Assert.Equal(squares, sums.SquaredError, 1e-5);
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static double Sigmoid(double x, double t) => -t * Math.Log(Logistic(x)) - (1 - t) * Math.Log(Logistic(-x));

    private static double Huber(double d, double delta) => Math.Abs(d) <= delta ? d * d / 2 : delta * (Math.Abs(d) - delta / 2);

    /// <summary>Runs out of place, with rows further apart than they are long.</summary>
    private static unsafe (LossSums Sums, float[] Gradient) Run<V, TLoss>(
        TLoss function,
        int outputs,
        float[] values,
        float[] targets,
        float[]? errorScales = null
    )
        where V : struct, IVector<V>
        where TLoss : struct, IElementLoss
    {
        int pitch = outputs + 3;
        float[] result = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, Rows * pitch)];
        float[] source = Spread(values, outputs, pitch);
        float[] wanted = Spread(targets, outputs, pitch);
        LossSums sums;
        fixed (float* x = source)
        fixed (float* t = wanted)
        fixed (float* dx = result)
        fixed (float* weights = Weights)
        fixed (float* scales = errorScales)
        {
            sums = ElementLossKernel<V, TLoss>.Run(
                function,
                Rows,
                outputs,
                x,
                pitch,
                t,
                pitch,
                weights,
                (float)(1 / TotalWeight),
                dx,
                pitch,
                scales
            );
        }

        Assert.All(Enumerable.Range(0, Rows * pitch).Where(i => i % pitch >= outputs), i => Assert.Equal(PlanesBuffer.Sentinel, result[i]));
        return (sums, [.. Enumerable.Range(0, Rows).SelectMany(row => result[(row * pitch)..(row * pitch + outputs)])]);
    }

    private static float[] Spread(float[] rows, int length, int pitch)
    {
        float[] spread = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, Rows * pitch)];
        for (int row = 0; row < Rows; row++)
        {
            rows.AsSpan(row * length, length).CopyTo(spread.AsSpan(row * pitch));
        }

        return spread;
    }
}
