using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class SoftmaxTests
{
    private const int Rows = 6;

    private static readonly int[] Classes = [1, 2, 3, 10, 16, 17, 100];

    [Fact]
    public void Loss_and_gradient_match_their_formulas()
    {
        foreach (int classes in Classes)
        {
            Matches<F32x16>(classes);
            Matches<F32x8>(classes);
            Matches<F32x4>(classes);
            Matches<F32x1>(classes);
        }
    }

    [Fact]
    public void The_gradient_of_the_reference_agrees_with_central_differences()
    {
        double[] weights = [1, 0.5, 0, 2, 1, 1];
        int[] labels = [0, 4, 2, 3, -1, 1];
        CentralDifferences.Check(
            x => [Loss(x, 5, labels, weights).Sum() / 5.5],
            (x, dy) => [.. Gradient(x, 5, labels, weights).Select(value => value / 5.5 * dy[0])],
            Logits(5)
        );
    }

    [Fact]
    public void Rows_that_do_not_count_have_no_gradient_even_where_they_are_NaN()
    {
        float[] logits = [float.NaN, 1, 2, float.NaN, 1, 3];
        (LossSums sums, float[] gradient) = Run<F32x4>(logits, 2, [-1, 0, 1], [1, 0, 1], 1);
        Assert.Equal(Math.Log(1 + Math.Exp(-2)), sums.Loss, 1e-6);
        Assert.Equal(1, sums.CorrectWeight);
        Assert.All(gradient[..4], value => Assert.Equal(0, value));
    }

    [Fact]
    public void NaN_is_not_hidden()
    {
        for (int at = 0; at < 20; at++)
        {
            float[] logits = new float[20];
            logits[at] = float.NaN;
            Assert.True(double.IsNaN(Run<F32x16>(logits, 20, [3], [1], 1).Sums.Loss));
            Assert.True(double.IsNaN(Run<F32x8>(logits, 20, [3], [1], 1).Sums.Loss));
            Assert.True(double.IsNaN(Run<F32x1>(logits, 20, [3], [1], 1).Sums.Loss));
        }
    }

    [Fact]
    public void Great_scores_do_not_overflow()
    {
        (LossSums sums, float[] gradient) = Run<F32x8>([3e38f, -3e38f, 0, 1000], 2, [0, 0], [1, 1], 1);
        Assert.Equal(1000, sums.Loss, 1e-3);
        Assert.Equal([0f, 0f, -1f, 1f], gradient);
    }

    [Fact]
    public void Of_equal_scores_the_first_class_is_predicted()
    {
        Assert.Equal(1, Run<F32x4>([1, 5, 5, 2, 5], 5, [1], [1], 1).Sums.CorrectWeight);
        Assert.Equal(0, Run<F32x4>([1, 5, 5, 2, 5], 5, [2], [1], 1).Sums.CorrectWeight);
    }

    [Fact]
    public void Label_smoothing_gives_a_share_of_the_label_to_all_classes()
    {
        foreach (int classes in Classes)
        {
            Smooths<F32x16>(classes, 0.1f);
            Smooths<F32x8>(classes, 0.1f);
            Smooths<F32x4>(classes, 0.3f);
            Smooths<F32x1>(classes, 0.3f);
        }
    }

    [Fact]
    public void Two_labels_share_a_row_by_their_weights()
    {
        foreach (int classes in Classes)
        {
            Shares<F32x16>(classes, 0);
            Shares<F32x8>(classes, 0.1f);
            Shares<F32x4>(classes, 0);
            Shares<F32x1>(classes, 0.3f);
        }
    }

    private static void Shares<V>(int classes, float smoothing)
        where V : struct, IVector<V>
    {
        const double Total = 6.25;
        double[] x = Logits(classes);
        int[] labels = [0, classes - 1, classes / 2, -1, classes / 3, 0];
        int[] others = [classes - 1, classes - 1, 0, classes / 2, 0, classes / 3];
        float[] weights = [1, 0.5f, 0, 1, 0, 0.25f];
        float[] otherWeights = [0.5f, 0.5f, 2, 1, 0, 0.5f];
        double Wanted(int row, int c) =>
            (labels[row] < 0 ? 0 : weights[row] * Target(c == labels[row])) + otherWeights[row] * Target(c == others[row]);
        double OfRow(double[] values, int row) => -Probabilities(values, classes, row).Select((p, c) => Wanted(row, c) * Math.Log(p)).Sum();
        double OfRows(double[] values) => labels.Select((_, row) => OfRow(values, row)).Sum();
        double[] Derivative(double[] values) =>
            [
                .. labels.SelectMany(
                    (label, row) =>
                        Probabilities(values, classes, row)
                            .Select((p, c) => (((label < 0 ? 0 : weights[row]) + otherWeights[row]) * p - Wanted(row, c)) / Total)
                ),
            ];
        if (classes <= 10)
        {
            CentralDifferences.Check(
                values => [OfRows(values) / Total],
                (values, dy) => [.. Derivative(values).Select(d => d * dy[0])],
                x,
                1e-6
            );
        }

        (LossSums sums, float[] gradient) = Run<V>(
            Array.ConvertAll(x, value => (float)value),
            classes,
            labels,
            weights,
            (float)Total,
            smoothing,
            others,
            otherWeights
        );
        Assert.Equal(OfRows(x), sums.Loss, 1e-4);
        Approximately.Equal(Derivative(x), Array.ConvertAll(gradient, value => (double)value), 1e-6, classes);
        double correct = labels
            .Select(
                (label, row) =>
                    (label >= 0 && IsGreatest(x, classes, row, label) ? weights[row] : 0)
                    + (IsGreatest(x, classes, row, others[row]) ? otherWeights[row] : 0)
            )
            .Sum();
        Assert.Equal(correct, sums.CorrectWeight, 1e-6);

        double Target(bool isLabel) => (double)smoothing / classes + (isLabel ? 1 - (double)smoothing : 0);
    }

    private static void Smooths<V>(int classes, float smoothing)
        where V : struct, IVector<V>
    {
        double[] x = Logits(classes);
        int[] labels = [0, classes - 1, classes / 2, -1, classes / 3, 0];
        double OfRow(double[] values, int row) =>
            labels[row] < 0 ? 0 : -Probabilities(values, classes, row).Select((p, c) => Target(c == labels[row]) * Math.Log(p)).Sum();
        double OfRows(double[] values) => labels.Select((_, row) => OfRow(values, row)).Sum();
        double[] Derivative(double[] values) =>
            [
                .. labels.SelectMany(
                    (label, row) => Probabilities(values, classes, row).Select((p, c) => label < 0 ? 0 : p - Target(c == label))
                ),
            ];
        if (classes <= 10)
        {
            CentralDifferences.Check(values => [OfRows(values)], (values, dy) => [.. Derivative(values).Select(d => d * dy[0])], x, 1e-6);
        }

        (LossSums sums, float[] gradient) = Run<V>(
            Array.ConvertAll(x, value => (float)value),
            classes,
            labels,
            [1, 1, 1, 1, 1, 1],
            1,
            smoothing
        );
        Assert.Equal(OfRows(x), sums.Loss, 1e-4);
        Approximately.Equal(Derivative(x), Array.ConvertAll(gradient, value => (double)value), 1e-6, classes);

        double Target(bool isLabel) => (double)smoothing / classes + (isLabel ? 1 - (double)smoothing : 0);
    }

    private static double[] Logits(int classes) =>
        Batch.WithoutTies(Rows, Shape.Flat(classes), 1).Select(value => (float)(6 * value)).Values;

    private static unsafe void Matches<V>(int classes)
        where V : struct, IVector<V>
    {
        double[] x = Logits(classes);
        int[] labels = [0, classes - 1, classes / 2, -1, classes / 3, 0];
        float[] weights = [1, 0.5f, 2, 1, 0, 1];
        (LossSums sums, float[] gradient) = Run<V>(Array.ConvertAll(x, value => (float)value), classes, labels, weights, 4.5f);
        double[] wide = Array.ConvertAll(weights, value => (double)value);
        Assert.Equal(Loss(x, classes, labels, wide).Sum(), sums.Loss, 1e-5);
        double[] expected = [.. Gradient(x, classes, labels, wide).Select(value => value / 4.5)];
        Approximately.Equal(expected, Array.ConvertAll(gradient, value => (double)value), 1e-6, classes);

        bool[] correct = [.. labels.Select((label, row) => wide[row] > 0 && label >= 0 && IsGreatest(x, classes, row, label))];
        Assert.Equal(wide.Where((_, row) => correct[row]).Sum(), sums.CorrectWeight, 1e-6);

        float[] probabilities = Array.ConvertAll(x, value => (float)value);
        fixed (float* scores = probabilities)
        {
            Softmax.Forward<V>(Rows, classes, scores, classes, scores, classes);
        }

        double[] softmax = [.. Enumerable.Range(0, Rows).SelectMany(row => Probabilities(x, classes, row))];
        Approximately.Equal(softmax, Array.ConvertAll(probabilities, value => (double)value), 1e-6, classes);
    }

    private static bool IsGreatest(double[] x, int classes, int row, int label) =>
        x[(row * classes)..((row + 1) * classes)].Max() == x[row * classes + label];

    private static double[] Probabilities(double[] x, int classes, int row)
    {
        double[] exponentials = [.. x[(row * classes)..((row + 1) * classes)].Select(Math.Exp)];
        return [.. exponentials.Select(value => value / exponentials.Sum())];
    }

    private static IEnumerable<double> Loss(double[] x, int classes, int[] labels, double[] weights) =>
        labels.Select((label, row) => label < 0 ? 0 : -weights[row] * Math.Log(Probabilities(x, classes, row)[label]));

    private static double[] Gradient(double[] x, int classes, int[] labels, double[] weights) =>
        [
            .. labels.SelectMany(
                (label, row) => Probabilities(x, classes, row).Select((p, c) => label < 0 ? 0 : weights[row] * (p - (c == label ? 1 : 0)))
            ),
        ];

    /// <summary>Runs out of place, with rows further apart than they are long.</summary>
    private static unsafe (LossSums Sums, float[] Gradient) Run<V>(
        float[] logits,
        int classes,
        int[] labels,
        float[] weights,
        float totalWeight,
        float smoothing = 0,
        int[]? secondLabels = null,
        float[]? secondWeights = null
    )
        where V : struct, IVector<V>
    {
        int rows = labels.Length;
        int pitch = classes + 3;
        float[] source = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, rows * pitch)];
        float[] target = [.. source];
        for (int row = 0; row < rows; row++)
        {
            logits.AsSpan(row * classes, classes).CopyTo(source.AsSpan(row * pitch));
        }

        LossSums sums;
        fixed (float* x = source)
        fixed (float* dx = target)
        fixed (int* label = labels)
        fixed (float* weight = weights)
        fixed (int* secondLabel = secondLabels)
        fixed (float* secondWeight = secondWeights)
        {
            ClassLabels all = new(label, weight, secondLabel, secondWeight);
            sums = SoftmaxCrossEntropyKernel.Run<V>(rows, classes, x, pitch, all, 1 / totalWeight, dx, pitch, smoothing);
        }

        Assert.All(Enumerable.Range(0, rows * pitch).Where(i => i % pitch >= classes), i => Assert.Equal(PlanesBuffer.Sentinel, target[i]));
        return (sums, [.. Enumerable.Range(0, rows).SelectMany(row => target[(row * pitch)..(row * pitch + classes)])]);
    }
}
