using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers.Operations;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>
/// While training, sets each value to zero with a given probability and scales the others by 1 / (1 - rate), so that nothing is to be
/// done when predicting. Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", section 10
/// (inverted dropout).
/// </summary>
/// <remarks>Input and output <c>[N, H, W, C]</c>.</remarks>
public sealed record Dropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The probability of a value to be dropped, from 0 to less than 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    [JsonConstructor]
    public Dropout(float rate = 0.5f) =>
        Rate = rate is >= 0 and < 1
            ? rate
            : throw new ArgumentOutOfRangeException(
                nameof(rate),
                rate,
                FormattableString.Invariant($"Must be at least 0 and less than 1, received {rate}.")
            );

    /// <summary>The probability of a value to be dropped.</summary>
    public float Rate { get; }

    internal override string Kind => "dropout";

    internal override Shape Infer(Shape input, string path) => input;

    internal override Value Lower(OperationGraph graph, Value input, string path) =>
        Rate == 0 ? input : graph.Append(path, input, new DropoutPrimitive(Rate));
}
