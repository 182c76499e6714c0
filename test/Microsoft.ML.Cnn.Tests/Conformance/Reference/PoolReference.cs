using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>Pooling layers, by the definitions that the kernels are held to.</summary>
internal sealed class PoolReference(Func<Batch, Batch> forward, Func<Batch, Batch, Batch> backward) : ReferenceLayer
{
    public static PoolReference Of(MaxPool2D layer, Shape input)
    {
        WindowGeometry window = Window(input, layer.Kernel, layer.Stride, layer.Padding, layer.Rounding);
        return new(x => PoolingReference.Max(x, window), (x, dy) => PoolingReference.MaxGradient(x, dy, window));
    }

    public static PoolReference Of(AveragePool2D layer, Shape input)
    {
        WindowGeometry window = Window(input, layer.Kernel, layer.Stride, layer.Padding, layer.Rounding);
        return new(
            x => PoolingReference.Average(x, window, layer.CountPadding),
            (x, dy) => PoolingReference.AverageGradient(dy, x.Shape, window, layer.CountPadding)
        );
    }

    public static PoolReference Adaptive(Size2D output) =>
        new(
            x => PoolingReference.AdaptiveAverage(x, output.Height, output.Width),
            (x, dy) => PoolingReference.AdaptiveAverageGradient(dy, x.Shape)
        );

    public override Batch Forward(Batch x) => forward(x);

    public override Batch Backward(Batch x, Batch dy) => backward(x, dy);

    private static WindowGeometry Window(Shape input, Size2D kernel, Size2D stride, Padding padding, Rounding rounding)
    {
        (SlidingWindow rows, SlidingWindow columns) = SlidingWindow.Of(input, kernel, stride, 1, padding, rounding);
        return new WindowGeometry(rows.Extent, columns.Extent);
    }
}

/// <summary>The mean of windows side by side, times a coefficient, plus a bias.</summary>
internal sealed class SubsamplingReference(Subsampling2D layer, Shape input, ReferenceBuffers buffers) : ReferenceLayer
{
    private readonly PoolReference mean = PoolReference.Of(new AveragePool2D(layer.Kernel), input);

    public override Batch Forward(Batch x)
    {
        Batch y = mean.Forward(x);
        for (int i = 0; i < y.Values.Length; i++)
        {
            int channel = i % input.Channels;
            y.Values[i] = y.Values[i] * buffers["weight"][channel] + buffers["bias"][channel];
        }

        return y;
    }

    public override Batch Backward(Batch x, Batch dy)
    {
        Batch means = mean.Forward(x);
        double[] dweight = buffers.Gradients["weight"] = new double[input.Channels];
        double[] dbias = buffers.Gradients["bias"] = new double[input.Channels];
        Batch dmean = new(dy.Images, dy.Shape);
        for (int i = 0; i < dy.Values.Length; i++)
        {
            int channel = i % input.Channels;
            dweight[channel] += dy.Values[i] * means.Values[i];
            dbias[channel] += dy.Values[i];
            dmean.Values[i] = dy.Values[i] * buffers["weight"][channel];
        }

        return mean.Backward(x, dmean);
    }
}
