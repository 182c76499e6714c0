using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// Normalizes each channel to mean 0 and variance 1 over the whole batch, then scales and shifts it. When predicting, running
/// statistics of the training take the place of the batch's. Ioffe and Szegedy 2015, "Batch Normalization", algorithms 1 and 2.
/// </summary>
/// <remarks>
/// Input and output <c>[N, H, W, C]</c>. As in PyTorch, the biased variance normalizes, and the unbiased one enters the running variance
/// by <c>running = (1 - momentum) * running + momentum * batch</c>. Parameters: <c>weight</c> and <c>bias</c>, <c>[C]</c>; state:
/// <c>runningMean</c> and <c>runningVariance</c>, <c>[C]</c>.
/// </remarks>
public sealed record BatchNormalization : Layer
{
    internal const string RunningMean = "runningMean";
    internal const string RunningVariance = "runningVariance";

    /// <summary>Creates the layer.</summary>
    /// <param name="momentum">The share of the newest batch in the running statistics, from 0 to 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    [JsonConstructor]
    public BatchNormalization(float momentum = 0.1f, float epsilon = 1e-5f)
    {
        Momentum = LayerCheck.Within(momentum, 0, 1);
        Epsilon = LayerCheck.Within(epsilon, float.Epsilon, float.MaxValue);
    }

    /// <summary>The share of the newest batch in the running statistics.</summary>
    public float Momentum { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    internal override string Kind => "batchNorm";

    internal override Shape Infer(Shape input, string path) => input;

    internal override IEnumerable<ParameterSpec> Parameters(Shape input) =>
        [
            ParameterSpec.Weights([input.Channels], Initializer.One, default) with
            {
                Decay = false,
            },
            ParameterSpec.Biases(input.Channels, Initializer.Zero, default),
            Statistic(RunningMean, input.Channels, Initializer.Zero),
            Statistic(RunningVariance, input.Channels, Initializer.One),
        ];

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        graph.Append(path, input, new BatchNormalizationPrimitive(Momentum, Epsilon));

    private static ParameterSpec Statistic(string name, int channels, Initializer initializer) =>
        new(name, [channels], initializer, default, Decay: false, ParameterKind.State);
}
