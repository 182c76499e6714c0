using Microsoft.ML.Cnn.Networks;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What a trial of an experiment may take. All is known before training begins.</summary>
/// <param name="Memory">Bytes that training may take; null for what the machine has.</param>
/// <param name="Parameters">Parameters that training may change; null for any number.</param>
/// <param name="Latency">Milliseconds in which the model has to score one image; null for any time.</param>
internal sealed record FittingLimits(long? Memory, long? Parameters, double? Latency)
{
    /// <summary>What the machine has.</summary>
    public static FittingLimits None { get; } = new(null, null, null);

    /// <exception cref="InvalidOperationException">There are too many.</exception>
    public void RequireParameters(long count)
    {
        if (count > Parameters)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"Training would change {count:N0} parameters of the network, and may change {Parameters:N0}. What would work: a greater SetMaximumParameterCount, or smaller networks in the search space."
                )
            );
        }
    }

    /// <param name="untrained">The model before training, made where there is a limit only.</param>
    /// <exception cref="InvalidOperationException">It is too slow.</exception>
    public void RequireLatency(Func<CnnModel> untrained)
    {
        if (Latency is not { } limit)
        {
            return;
        }

        double taken = PredictionLatency.MillisecondsOf(untrained());
        if (taken > limit)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"The network takes {taken:0.###} ms to score an image, and may take {limit:0.###} ms. What would work: a greater SetMaximumLatencyInMilliseconds, or smaller networks in the search space."
                )
            );
        }
    }
}
