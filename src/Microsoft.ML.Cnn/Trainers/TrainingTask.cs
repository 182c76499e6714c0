using System.Collections.Immutable;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>What a network is to learn: all that one kind of trainer does otherwise than another.</summary>
internal abstract class TrainingTask
{
    /// <summary>Of the output layer.</summary>
    public abstract int Outputs { get; }

    /// <summary>What the trained model makes of them.</summary>
    public abstract ModelOutput Output { get; }

    public abstract Loss Loss { get; }

    /// <summary>The names of the outputs in the trained model, where they are classes that have some.</summary>
    public virtual ImmutableArray<string> ClassNames => [];

    /// <summary>The trained model to go on from, once it is found to fit; null to begin anew, or with a pretrained body.</summary>
    public Func<Network, Shape, StartingPoint>? GoOn { get; init; }

    /// <summary>What tells the task from others, as far as nothing else does.</summary>
    public virtual IEnumerable<IdentityPart> Identity => [];

    /// <summary>Such as <c>in 10 classes</c>.</summary>
    public abstract override string ToString();

    /// <exception cref="InvalidOperationException">There is nothing to be learned from the training rows.</exception>
    public virtual void Check(PixelStatistics statistics) { }

    /// <summary>How labels are scaled for training; null where they are classes.</summary>
    public virtual TargetScaling? ScalingOf(PixelStatistics statistics) => null;

    /// <summary>The examples as they are trained on.</summary>
    public virtual IExampleSource ForTraining(IExampleSource examples, PixelStatistics statistics) => examples;

    /// <summary>The examples as they are measured with.</summary>
    public virtual IExampleSource ForValidation(IExampleSource examples, PixelStatistics statistics) => examples;
}
