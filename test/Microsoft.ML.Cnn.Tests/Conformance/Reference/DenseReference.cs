using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>y = x * weight + bias, weight lying as [inputs, units].</summary>
internal sealed class DenseReference(int units, ReferenceBuffers buffers) : ReferenceLayer
{
    public override Batch Forward(Batch x)
    {
        Batch y = new(x.Images, Shape.Flat(units));
        double[] weights = buffers["weight"];
        for (int image = 0; image < x.Images; image++)
        for (int unit = 0; unit < units; unit++)
        {
            double sum = buffers.Has("bias") ? buffers["bias"][unit] : 0;
            for (int input = 0; input < x.Shape.Channels; input++)
            {
                sum += x[image, 0, 0, input] * weights[input * units + unit];
            }

            y[image, 0, 0, unit] = sum;
        }

        return y;
    }

    public override Batch Backward(Batch x, Batch dy)
    {
        Batch dx = new(x.Images, x.Shape);
        double[] weights = buffers["weight"];
        double[] dw = buffers.Gradients["weight"] = new double[weights.Length];
        double[] db = new double[units];
        for (int image = 0; image < x.Images; image++)
        for (int unit = 0; unit < units; unit++)
        {
            double gradient = dy[image, 0, 0, unit];
            db[unit] += gradient;
            for (int input = 0; input < x.Shape.Channels; input++)
            {
                dw[input * units + unit] += gradient * x[image, 0, 0, input];
                dx[image, 0, 0, input] += gradient * weights[input * units + unit];
            }
        }

        if (buffers.Has("bias"))
        {
            buffers.Gradients["bias"] = db;
        }

        return dx;
    }
}
