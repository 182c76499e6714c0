using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Cnn;

/// <summary>Options of the trainers that tell classes apart.</summary>
public abstract class CnnClassificationTrainerOptions : CnnTrainerOptions
{
    /// <summary>
    /// The share of the label's certainty, from 0 to below 1, that is given to all classes alike (label smoothing): none by default, 0.1 is customary. The loss of validation
    /// images is measured with it, too.
    /// </summary>
    [Range(0f, 0.2f, 0f, false)]
    public float LabelSmoothing;

    /// <summary>
    /// What the examples of each class weigh in training, beside the weights of <see cref="CnnTrainerOptions.ExampleWeightColumnName"/>; all the same by default.
    /// Validation images are measured without.
    /// </summary>
    public ClassWeights? ClassWeights;

    private protected CnnClassificationTrainerOptions() { }
}
