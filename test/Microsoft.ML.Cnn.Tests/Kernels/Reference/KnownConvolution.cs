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
    public KnownConvolution(Shape input, Conv2D layer, int images)
    {
        OperationGraph graph = Network.Sequential(layer).Lower(input);
        Geometry = graph.Operations.Select(operation => operation.Primitive).OfType<ConvolutionPrimitive>().Single().Geometry;
        X = Batch.WithoutTies(images, input, seed: 1);
        Weights = Batch.WithoutTies(1, Shape.Flat(Geometry.WeightCount), seed: 2).Values;
        Bias = Batch.WithoutTies(1, Shape.Flat(layer.Filters), seed: 3).Values;
        ReferenceBuffers buffers = new(new Dictionary<string, double[]> { ["weight"] = Weights, ["bias"] = Bias });
        ConvolutionReference reference = new(layer, input, buffers);
        Y = reference.Forward(X);
        Dy = Batch.WithoutTies(images, Y.Shape, seed: 4);
        Dx = reference.Backward(X, Dy);
        Dw = buffers.Gradients["weight"];
        Name = $"{layer.Filters} filters of {layer.Kernel} on {input}";
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
