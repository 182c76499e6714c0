using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels.Reference;

/// <summary>A convolution and what the definition makes of it.</summary>
internal sealed class KnownConvolution
{
    /// <summary>On numbers spread evenly over (-1, 1).</summary>
    public KnownConvolution(Shape input, Conv2D layer, int images)
        : this(
            layer,
            Batch.WithoutTies(images, input, seed: 1),
            Batch.WithoutTies(images, layer.Infer(input, ""), seed: 4),
            Batch.WithoutTies(1, Shape.Flat((int)layer.Parameters(input).First().Length), seed: 2).Values,
            Batch.WithoutTies(1, Shape.Flat(layer.Filters), seed: 3).Values
        ) { }

    /// <param name="layer">The convolution.</param>
    /// <param name="x">Its input; like all numbers here exact in single precision.</param>
    /// <param name="dy">The gradient of its output.</param>
    /// <param name="weights">Its filters.</param>
    /// <param name="bias">One number a filter.</param>
    public KnownConvolution(Conv2D layer, Batch x, Batch dy, double[] weights, double[] bias)
    {
        OperationGraph graph = Network.Sequential(layer).Lower(x.Shape);
        Geometry = graph.Operations.Select(operation => operation.Primitive).OfType<ConvolutionPrimitive>().Single().Geometry;
        (X, Dy, Weights, Bias) = (x, dy, weights, bias);
        ReferenceBuffers buffers = new(new Dictionary<string, double[]> { ["weight"] = Weights, ["bias"] = Bias });
        ConvolutionReference reference = new(layer, x.Shape, buffers);
        Y = reference.Forward(X);
        Dx = reference.Backward(X, Dy);
        Dw = buffers.Gradients["weight"];
        Name = $"{layer.Filters} filters of {layer.Kernel} on {x.Shape}";
    }

    public ConvolutionGeometry Geometry { get; }
    public Batch X { get; }
    public Batch Y { get; }
    public Batch Dx { get; }
    public Batch Dy { get; }
    public double[] Weights { get; }
    public double[] Bias { get; }
    public double[] Dw { get; }
    public string Name { get; }

    public Batch Rectified => Y.Select(value => Math.Max(0, value));
}

/// <summary>A kernel held to a known convolution, at any width.</summary>
internal interface IConvolutionCheck
{
    void Run<V>(KnownConvolution known)
        where V : struct, IVector<V>;
}

internal static class ConvolutionChecks
{
    /// <summary>Runs a check of each case at all widths.</summary>
    public static void EachWidth(this IConvolutionCheck check, (Shape Input, Conv2D Layer)[] cases, int images)
    {
        foreach ((Shape input, Conv2D layer) in cases)
        {
            KnownConvolution known = new(input, layer, images);
            check.Run<F32x16>(known);
            check.Run<F32x8>(known);
            check.Run<F32x4>(known);
            check.Run<F32x1>(known);
        }
    }
}
