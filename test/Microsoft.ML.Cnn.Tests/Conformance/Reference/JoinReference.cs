using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>A layer made of branches that read the same input: its gradient is the sum of theirs.</summary>
internal abstract class JoinReference(params ReferenceNetwork[] branches) : ReferenceLayer
{
    public ReferenceNetwork[] Branches { get; } = branches;

    public override Batch Backward(Batch x, Batch dy)
    {
        Batch[] gradients = [.. Branches.Select((branch, i) => branch.Backward(Part(dy, i)))];
        return new Batch(x.Images, x.Shape, [.. x.Values.Select((_, i) => gradients.Sum(gradient => gradient.Values[i]))]);
    }

    /// <summary>The gradient of what a branch made.</summary>
    protected abstract Batch Part(Batch dy, int branch);
}

/// <summary>The sum of all branches.</summary>
internal sealed class SumReference(params ReferenceNetwork[] branches) : JoinReference(branches)
{
    public override Batch Forward(Batch x)
    {
        Batch[] results = [.. Branches.Select(branch => branch.Forward(x))];
        return new Batch(x.Images, results[0].Shape, [.. results[0].Values.Select((_, i) => results.Sum(result => result.Values[i]))]);
    }

    protected override Batch Part(Batch dy, int branch) => dy;
}

/// <summary>The channels of all branches side by side.</summary>
internal sealed class ConcatenationReference(params ReferenceNetwork[] branches) : JoinReference(branches)
{
    private Shape[] shapes = [];

    public override Batch Forward(Batch x)
    {
        Batch[] results = [.. Branches.Select(branch => branch.Forward(x))];
        shapes = [.. results.Select(result => result.Shape)];
        int pixels = x.Images * shapes[0].Height * shapes[0].Width;
        double[] values =
        [
            .. from pixel in Enumerable.Range(0, pixels)
            from result in results
            from value in result.Values.AsSpan(pixel * result.Shape.Channels, result.Shape.Channels).ToArray()
            select value,
        ];
        return new Batch(x.Images, shapes[0] with { Channels = shapes.Sum(shape => shape.Channels) }, values);
    }

    protected override Batch Part(Batch dy, int branch)
    {
        int first = shapes.Take(branch).Sum(shape => shape.Channels);
        int pixels = dy.Values.Length / dy.Shape.Channels;
        double[] values =
        [
            .. Enumerable
                .Range(0, pixels)
                .SelectMany(pixel => dy.Values.AsSpan(pixel * dy.Shape.Channels + first, shapes[branch].Channels).ToArray()),
        ];
        return new Batch(dy.Images, shapes[branch], values);
    }
}
