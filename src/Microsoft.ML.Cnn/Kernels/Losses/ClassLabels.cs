namespace Microsoft.ML.Cnn.Kernels;

/// <summary>What rows are labelled with: a class each, or two classes that share a row.</summary>
/// <param name="labels">Classes counted from 0; a negative one counts for nothing.</param>
/// <param name="weights">Of the labels, at least 0; null where all are 1.</param>
/// <param name="secondLabels">The other class of each row; null where rows have one.</param>
/// <param name="secondWeights">Of the other classes; 0 where a row has none.</param>
internal readonly unsafe struct ClassLabels(int* labels, float* weights, int* secondLabels = null, float* secondWeights = null)
{
    private readonly int* labels = labels;
    private readonly float* weights = weights;
    private readonly int* secondLabels = secondLabels;
    private readonly float* secondWeights = secondWeights;

    public RowLabels this[int row]
    {
        get
        {
            WeightedLabel first = new(labels[row], weights == null ? 1 : weights[row]);
            return new RowLabels(
                first.Label < 0 ? default : first,
                secondWeights == null ? default : new WeightedLabel(secondLabels[row], secondWeights[row])
            );
        }
    }
}

/// <summary>A class, and what it weighs: 0 for nothing.</summary>
internal readonly record struct WeightedLabel(int Label, float Weight);

/// <summary>The classes that share a row.</summary>
internal readonly record struct RowLabels(WeightedLabel First, WeightedLabel Second)
{
    public float Weight => First.Weight + Second.Weight;
}
