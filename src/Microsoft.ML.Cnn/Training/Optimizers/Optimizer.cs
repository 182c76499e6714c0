using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// How gradients change parameters: <see cref="Sgd"/>, <see cref="Adam"/>, <see cref="AdamW"/>, <see cref="RMSProp"/> or <see cref="AdaGrad"/>. An
/// immutable description; the buffers it needs belong to a training run. The learning rate is the trainer's.
/// </summary>
public abstract record Optimizer
{
    private protected Optimizer(float weightDecay) => WeightDecay = LayerCheck.Within(weightDecay, 0, float.MaxValue);

    /// <summary>The pull of weights towards zero, at least 0. Biases and the parameters of normalization are left alone.</summary>
    public float WeightDecay { get; }

    /// <summary>Whether <see cref="WeightDecay"/> is for all parameters, biases and those of normalization included, as in PyTorch. False by default.</summary>
    public bool DecaysAllParameters { get; init; }

    /// <summary>Running buffers, each as long as the parameters.</summary>
    internal abstract int Moments { get; }

    internal abstract OptimizerState CreateState<V>(OptimizerTarget target)
        where V : struct, IVector<V>;
}
