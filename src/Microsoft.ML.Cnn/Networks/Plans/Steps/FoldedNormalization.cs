using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Batch normalization by the running statistics: y = x * scale + shift, one of each a channel.</summary>
internal sealed unsafe class FoldedNormalization<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly Operation operation;
    private readonly int channels;
    private readonly Arena.Place scale;
    private readonly Arena.Place shift;

    public FoldedNormalization(PlanContext<V> context, Operation operation, int channels)
    {
        this.context = context;
        this.operation = operation;
        this.channels = channels;
        scale = context.Prepared.Reserve(channels);
        shift = context.Prepared.Reserve(channels);
    }

    public float* Scale => scale.Data;

    public float* Shift => shift.Data;

    /// <summary>Takes over the running statistics and the parameters as they are now.</summary>
    public void Freeze() =>
        BatchNormalizationKernel.Freeze(
            channels,
            ((BatchNormalizationPrimitive)operation.Primitive).Epsilon,
            Parameter(ParameterSpec.Weight),
            Parameter(ParameterSpec.Bias),
            Parameter(BatchNormalization.RunningMean),
            Parameter(BatchNormalization.RunningVariance),
            scale.Data,
            shift.Data
        );

    /// <summary>Freezes, and carries scale and shift into the filters before it.</summary>
    /// <param name="weights">[.., filter]; scaled in place.</param>
    /// <param name="count">Weights.</param>
    /// <param name="bias">One number a filter; null for none.</param>
    /// <param name="foldedBias">One number a filter.</param>
    public void Fold(float* weights, long count, float* bias, float* foldedBias)
    {
        Freeze();
        for (long i = 0; i < count; i++)
        {
            weights[i] *= scale.Data[i % channels];
        }

        for (int filter = 0; filter < channels; filter++)
        {
            foldedBias[filter] = (bias == null ? 0 : bias[filter] * scale.Data[filter]) + shift.Data[filter];
        }
    }

    private float* Parameter(string name) => context.Parameter(context.Segment(operation, name));
}
