using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// How gradients change parameters: <see cref="Sgd"/>, <see cref="Adam"/> or <see cref="AdamW"/>. An immutable description; the buffers
/// it needs belong to a training run. The learning rate is the trainer's.
/// </summary>
public abstract record Optimizer
{
    private protected Optimizer(float weightDecay) => WeightDecay = LayerCheck.Within(weightDecay, 0, float.MaxValue);

    /// <summary>The pull of weights towards zero, at least 0. Biases and the parameters of normalization are never decayed.</summary>
    public float WeightDecay { get; }

    /// <summary>
    /// Whether a parameter's step needs no gradient but its own, so that it may be taken while others are still to come. One that clipped
    /// by the norm of all would have to wait.
    /// </summary>
    internal virtual bool IsElementwise => true;

    internal abstract OptimizerState CreateState<V>(OptimizerTarget target)
        where V : struct, IVector<V>;
}
