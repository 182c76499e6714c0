using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Where labels are numbers of any scale: training compares outputs with (label - mean) / deviation, and what was learned is folded into the output layer, so that the
/// trained model gives labels as they were.
/// </summary>
/// <param name="Means">Of each number of a label.</param>
/// <param name="Deviation">The root of the mean variance of all numbers of a label, so that those of a vector keep their proportions; 1 where labels are constant.</param>
internal sealed record TargetScaling(ImmutableArray<float> Means, float Deviation)
{
    /// <summary>Scales targets as they are read.</summary>
    public IExampleSource Standardize(IExampleSource examples) => new StandardizedSource(examples, this);

    /// <summary>A copy whose outputs are labels.</summary>
    public ParameterStore ToLabels(ParameterStore store)
    {
        ParameterStore copy = store.Clone();
        Scale(Output(copy, "weight"), Deviation);
        Span<float> biases = Output(copy, "bias");
        Scale(biases, Deviation);
        for (int output = 0; output < biases.Length; output++)
        {
            biases[output] += Means[output];
        }

        return copy;
    }

    /// <summary>Changes a model that gives labels into one to go on with.</summary>
    public void FromLabels(ParameterStore store)
    {
        Span<float> biases = Output(store, "bias");
        for (int output = 0; output < biases.Length; output++)
        {
            biases[output] -= Means[output];
        }

        Scale(Output(store, "weight"), 1 / Deviation);
        Scale(biases, 1 / Deviation);
    }

    private static Span<float> Output(ParameterStore store, string name) => store[ParameterTable.PathOf(Network.OutputName, name)];

    private static void Scale(Span<float> values, float factor)
    {
        foreach (ref float value in values)
        {
            value *= factor;
        }
    }

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
                targets[i] = (targets[i] - scaling.Means[i]) / scaling.Deviation;
            }

            return true;
        }

        public void Dispose() => reader.Dispose();
    }
}
