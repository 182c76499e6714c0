using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Networks;

/// <summary>Numbers that the operator definitions of ONNX and PyTorch give as examples.</summary>
public class KnownAnswerTests
{
    private static readonly Conv2D Ones = new(1, 3, bias: false, weightInitializer: Initializer.One);

    // ONNX, Conv: 3 x 3 ones over 0, 1, ..., 24.
    [Fact]
    public void Onnx_conv_without_padding() => Assert.Equal([54, 63, 72, 99, 108, 117, 144, 153, 162], Predict(Ones, 5, 5, UpFrom(0, 25)));

    [Fact]
    public void Onnx_conv_with_padding() =>
        Assert.Equal(
            [12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144, 153, 162, 111, 72, 111, 117, 123, 84],
            Predict(new Conv2D(1, 3, padding: 1, bias: false, weightInitializer: Initializer.One), 5, 5, UpFrom(0, 25))
        );

    // ONNX, Conv with strides: 0, 1, ..., 34 as 7 x 5.
    [Fact]
    public void Onnx_conv_with_strides_and_padding() =>
        Assert.Equal(
            [12, 27, 24, 63, 108, 81, 123, 198, 141, 112, 177, 124],
            Predict(new Conv2D(1, 3, stride: 2, padding: 1, bias: false, weightInitializer: Initializer.One), 7, 5, UpFrom(0, 35))
        );

    [Fact]
    public void Onnx_conv_with_strides_without_padding() =>
        Assert.Equal(
            [54, 72, 144, 162, 234, 252],
            Predict(new Conv2D(1, 3, stride: 2, bias: false, weightInitializer: Initializer.One), 7, 5, UpFrom(0, 35))
        );

    // ONNX, MaxPool: 1, 2, ..., 25 as 5 x 5.
    [Fact]
    public void Onnx_max_pool_with_padding() =>
        Assert.Equal(
            [13, 14, 15, 15, 15, 18, 19, 20, 20, 20, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25],
            Predict(new MaxPool2D(5, stride: 1, padding: 2), 5, 5, UpFrom(1, 25))
        );

    [Fact]
    public void Onnx_max_pool_with_strides() =>
        Assert.Equal([7, 9, 17, 19], Predict(new MaxPool2D(2, rounding: Rounding.Floor), 5, 5, UpFrom(1, 25)));

    [Fact]
    public void Onnx_max_pool_same_upper() =>
        Assert.Equal([7, 9, 10, 17, 19, 20, 22, 24, 25], Predict(new MaxPool2D(3, stride: 2, padding: Padding.Same), 5, 5, UpFrom(1, 25)));

    // ONNX, MaxPool with ceil_mode: 1, 2, ..., 16 as 4 x 4.
    [Fact]
    public void Onnx_max_pool_rounded_up() =>
        Assert.Equal([11, 12, 15, 16], Predict(new MaxPool2D(3, stride: 2, rounding: Rounding.Ceiling), 4, 4, UpFrom(1, 16)));

    // ONNX, AveragePool: 1, 2, ..., 25 as 5 x 5, windows of 5 x 5, padding 2.
    [Fact]
    public void Onnx_average_pool_of_the_image_alone() =>
        Equal(
            [7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5, 15, 15.5, 16, 16.5, 17, 17.5, 18, 18.5, 19],
            Predict(new AveragePool2D(5, stride: 1, padding: 2, countPadding: false), 5, 5, UpFrom(1, 25))
        );

    [Fact]
    public void Onnx_average_pool_that_counts_padding() =>
        Equal(
            [
                .. new[] { 2.52, 3.6, 4.8, 4.08, 3.24 },
                .. new[] { 4.56, 6.4, 8.4, 7.04, 5.52 },
                .. new[] { 7.2, 10, 13, 10.8, 8.4 },
                .. new[] { 6.96, 9.6, 12.4, 10.24, 7.92 },
                .. new[] { 6.12, 8.4, 10.8, 8.88, 6.84 },
            ],
            Predict(new AveragePool2D(5, stride: 1, padding: 2), 5, 5, UpFrom(1, 25))
        );

    [Fact]
    public void Onnx_average_pool_with_strides() =>
        Equal([4, 6, 14, 16], Predict(new AveragePool2D(2, rounding: Rounding.Floor), 5, 5, UpFrom(1, 25)));

    [Fact]
    public void Onnx_average_pool_rounded_up() =>
        Equal([6, 7.5, 12, 13.5], Predict(new AveragePool2D(3, stride: 2, rounding: Rounding.Ceiling), 4, 4, UpFrom(1, 16)));

    // ONNX, GlobalAveragePool: 1, ..., 9.
    [Fact]
    public void Onnx_global_average_pool() => Equal([5], Predict(new GlobalAveragePool2D(), 3, 3, UpFrom(1, 9)));

    // PyTorch, AdaptiveAvgPool2d: output i averages from floor(i * n / m) to ceil((i + 1) * n / m). Here 5 rows become 3: 0-1, 1-3, 3-4.
    [Fact]
    public void Pytorch_adaptive_average_pool_overlaps_its_windows() =>
        Equal([1.5, 3, 4.5], Predict(new AdaptiveAveragePool2D((3, 1)), 5, 1, UpFrom(1, 5)));

    // PyTorch, BatchNorm2d in evaluation: (x - mean) / sqrt(variance + eps) * gamma + beta; a new layer has mean 0, variance 1.
    [Fact]
    public void Pytorch_batch_norm_that_was_never_trained_divides_by_the_root_of_one_plus_epsilon() =>
        Equal([-2 / Math.Sqrt(1.5), 4 / Math.Sqrt(1.5)], Predict(new BatchNormalization(epsilon: 0.5f), 1, 2, [-2, 4]));

    // Krizhevsky et al., section 3.3, with k = 2, n = 3, alpha = 1, beta = 0.5 over the channels 1, 2, 3, 4.
    [Fact]
    public void Local_response_normalization_divides_by_the_energy_of_the_neighbours()
    {
        LocalResponseNormalization layer = new(3, alpha: 1, beta: 0.5f, k: 2);
        float[] scores = CnnModel.Create(Network.Sequential(layer), Shape.Flat(4)).Predict([1, 2, 3, 4]);
        Equal([1 / Math.Sqrt(7), 2 / Math.Sqrt(16), 3 / Math.Sqrt(31), 4 / Math.Sqrt(27)], scores);
    }

    // LeCun et al. 1998, appendix A: "f(1) = 1 and f(-1) = -1".
    [Fact]
    public void Scaled_tanh_maps_one_to_one_and_minus_one_to_minus_one()
    {
        float[] scores = Predict(new ScaledTanh(), 1, 2, [1, -1]);
        Assert.Equal(1, scores[0], 1e-4);
        Assert.Equal(-1, scores[1], 1e-4);
    }

    // PyTorch, ReflectionPad2d and ReplicationPad2d: borders of 0, 1, ..., 8 as 3 x 3, read by a filter of one pixel.
    [Fact]
    public void Pytorch_reflection_pad() =>
        Assert.Equal([4, 3, 4, 5, 4, 1, 0, 1, 2, 1, 4, 3, 4, 5, 4, 7, 6, 7, 8, 7, 4, 3, 4, 5, 4], Padded(Border.Reflect));

    [Fact]
    public void Pytorch_replication_pad() =>
        Assert.Equal([0, 0, 1, 2, 2, 0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 8, 8, 6, 6, 7, 8, 8], Padded(Border.Replicate));

    private static float[] Padded(Border border) =>
        Predict(new Conv2D(1, 1, padding: 1, bias: false, border: border, weightInitializer: Initializer.One), 3, 3, UpFrom(0, 9));

    private static float[] UpFrom(int first, int count) => [.. Enumerable.Range(first, count).Select(value => (float)value)];

    private static float[] Predict(Layer layer, int height, int width, float[] pixels) =>
        CnnModel.Create(Network.Sequential(layer), new Shape(height, width, 1)).Predict(pixels);

    private static void Equal(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
