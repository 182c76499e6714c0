using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Where labels are numbers of any scale: training compares outputs with (label - mean) / deviation, each number of a label with a mean and a deviation of its own, so that all
/// count alike whatever their units. What was learned is folded into the output layer: the trained model gives labels as they were.
/// </summary>
/// <param name="Means">Of each number of a label.</param>
/// <param name="Deviations">Of each number of a label; 1 where it is constant.</param>
internal sealed record TargetScaling(ImmutableArray<float> Means, ImmutableArray<float> Deviations)
{
    /// <summary>Scales targets as they are read.</summary>
    public IExampleSource Standardize(IExampleSource examples) => new StandardizedSource(examples, this);

    /// <summary>A copy whose outputs are labels.</summary>
    public ParameterStore ToLabels(ParameterStore store)
    {
        ParameterStore copy = store.Clone();
        Span<float> weights = Weights(copy);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= Deviations[i % Deviations.Length];
        }

        Span<float> biases = Biases(copy);
        for (int output = 0; output < biases.Length; output++)
        {
            biases[output] = biases[output] * Deviations[output] + Means[output];
        }

        return copy;
    }

    /// <summary>Changes a model that gives labels into one to go on with.</summary>
    public void FromLabels(ParameterStore store)
    {
        Span<float> weights = Weights(store);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] /= Deviations[i % Deviations.Length];
        }

        Span<float> biases = Biases(store);
        for (int output = 0; output < biases.Length; output++)
        {
            biases[output] = (biases[output] - Means[output]) / Deviations[output];
        }
    }

    /// <summary>[inputs, outputs].</summary>
    private static Span<float> Weights(ParameterStore store) => store[ParameterTable.PathOf(Network.OutputName, "weight")];

    private static Span<float> Biases(ParameterStore store) => store[ParameterTable.PathOf(Network.OutputName, "bias")];

    private sealed class StandardizedSource(IExampleSource source, TargetScaling scaling) : IExampleSource
    {
        public int PixelsPerRow => source.PixelsPerRow;

        public int TargetsPerRow => source.TargetsPerRow;

        public bool CanShuffle => source.CanShuffle;

        public IExampleReader Open(int? shuffleSeed, Func<uint, bool>? isWanted = null) =>
            new Reader(source.Open(shuffleSeed, isWanted), scaling);
    }

    private sealed class Reader(IExampleReader reader, TargetScaling scaling) : IExampleReader
    {
        public uint RowKey => reader.RowKey;

        public bool Read(Span<float> row, out int label, out float weight)
        {
            if (!reader.Read(row, out label, out weight))
            {
                return false;
            }

            Span<float> targets = row[^scaling.Means.Length..];
            for (int i = 0; i < targets.Length; i++)
            {
                targets[i] = (targets[i] - scaling.Means[i]) / scaling.Deviations[i];
            }

            return true;
        }

        public void Dispose() => reader.Dispose();
    }
}
