using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>Local response normalization.</summary>
internal sealed class ResponseReference(LocalResponseNormalization layer) : ReferenceLayer
{
    private readonly ResponseNormalization constants = new(layer.Size, layer.K, layer.Alpha, layer.Beta);

    public override Batch Forward(Batch x) => NormalizationReference.Respond(x, constants);

    public override Batch Backward(Batch x, Batch dy) => NormalizationReference.RespondGradient(x, dy, constants);
}

/// <summary>Batch normalization by the statistics of the batch, which move the running ones.</summary>
internal sealed class BatchNormalizationReference(BatchNormalization layer, ReferenceBuffers buffers) : ReferenceLayer
{
    public override Batch Forward(Batch x)
    {
        (double Mean, double Variance)[] moments = NormalizationReference.Moments(x);
        double count = (double)x.Values.Length / moments.Length;
        double unbiased = count > 1 ? count / (count - 1) : 1;
        buffers.NextStates["runningMean"] = [.. buffers["runningMean"].Zip(moments, (old, now) => Move(old, now.Mean))];
        buffers.NextStates["runningVariance"] =
        [
            .. buffers["runningVariance"].Zip(moments, (old, now) => Move(old, now.Variance * unbiased)),
        ];
        return NormalizationReference.Normalize(x, layer.Epsilon, buffers["weight"], buffers["bias"]);
    }

    public override Batch Backward(Batch x, Batch dy)
    {
        (Batch dx, double[] dgamma, double[] dbeta) = NormalizationReference.NormalizeGradient(x, dy, layer.Epsilon, buffers["weight"]);
        buffers.Gradients["weight"] = dgamma;
        buffers.Gradients["bias"] = dbeta;
        return dx;
    }

    private double Move(double running, double batch) => (1 - layer.Momentum) * running + layer.Momentum * batch;
}

/// <summary>Batch normalization by the running statistics.</summary>
internal sealed class FrozenBatchNormalizationReference(BatchNormalization layer, ReferenceBuffers buffers) : ReferenceLayer
{
    public override Batch Forward(Batch x)
    {
        Batch y = new(x.Images, x.Shape);
        for (int i = 0; i < y.Values.Length; i++)
        {
            int channel = i % x.Shape.Channels;
            double deviation = Math.Sqrt(buffers["runningVariance"][channel] + layer.Epsilon);
            double normalized = (x.Values[i] - buffers["runningMean"][channel]) / deviation;
            y.Values[i] = normalized * buffers["weight"][channel] + buffers["bias"][channel];
        }

        return y;
    }

    public override Batch Backward(Batch x, Batch dy) => throw new NotSupportedException("Prediction has no backward pass.");
}
