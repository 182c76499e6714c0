using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training.Augmentations;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Training;

/// <summary>All that a training run is told, checked by those who ask for it.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images of a step, at least 1.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The rate that the schedule begins with, above 0.</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>What is made small.</summary>
    public Loss Loss { get; init; } = new SoftmaxCrossEntropy();

    /// <summary>What was done to labels that are numbers, to be undone in the trained model; null for nothing.</summary>
    public TargetScaling? Scaling { get; init; }

    public Optimizer Optimizer { get; init; } = new Sgd();

    /// <summary>What is done to gradients before each step; null for nothing.</summary>
    public GradientClipping? Clipping { get; init; }

    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>What is done to training images, with all that is learned from them.</summary>
    public AugmentationSequence Augmentation { get; init; } = [];

    /// <summary>The alpha of <see cref="BatchMixer"/>; 0 for no mixing.</summary>
    public float MixUp { get; init; }

    /// <summary>Of the order of examples, of augmentation, of mixing and of dropout; that of the first weights is up to who makes the store.</summary>
    public int Seed { get; init; }

    /// <summary>Threads that compute; results do not depend on them. One more reads.</summary>
    [NotOfIdentity]
    public int Threads { get; init; } = Environment.ProcessorCount;

    [NotOfIdentity]
    public InstructionSet InstructionSet { get; init; } = SimdDispatch.Best;

    /// <summary>Rows of the shuffle buffer of a source that cannot shuffle; null for as many as <see cref="ShuffleBuffer.DefaultBytes"/> hold.</summary>
    public int? ShuffleBufferRows { get; init; }

    /// <summary>When to end before the last epoch; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Weights do not follow from it, but whether those of the best epoch are kept.</summary>
    public OnCancellation OnCancellation { get; init; }

    [NotOfIdentity]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Asked once a batch, beside the token.</summary>
    [NotOfIdentity]
    public Func<bool>? IsCanceled { get; init; }

    /// <summary>Called on the training thread after each epoch.</summary>
    [NotOfIdentity]
    public Action<CnnTrainingMetrics>? EpochCompleted { get; init; }

    /// <summary>Where to save training and whence to go on; null for neither.</summary>
    [NotOfIdentity]
    public CheckpointSettings? Checkpoints { get; init; }

    /// <summary>Called on the training thread between batches, at intervals.</summary>
    [NotOfIdentity]
    public Action<CnnTrainingProgress>? Progressed { get; init; }

    /// <summary>The least time from one such call to the next; there is one at the end of each epoch anyway.</summary>
    [NotOfIdentity]
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Told what is worth a line in a log.</summary>
    [NotOfIdentity]
    public Action<string>? Log { get; init; }

    /// <summary>Whether the parameters of the best epoch are kept.</summary>
    public bool KeepsBest() => EarlyStopping is not null || OnCancellation == OnCancellation.ReturnBest;

    /// <summary>What plans are compiled for.</summary>
    /// <param name="batchSize">Rows of the largest batch.</param>
    public PlanOptions PlanFor(int batchSize) => new(batchSize, Threads, InstructionSet, Seed, Loss, Scaling?.Deviations.ToArray());

    /// <summary>Checks that what is watched will be measured.</summary>
    /// <param name="hasValidation">Whether there are validation images.</param>
    /// <exception cref="InvalidOperationException">A metric of the validation is watched, and there is none.</exception>
    public void RequireWatched(bool hasValidation)
    {
        Require("EarlyStoppingCriteria", EarlyStopping?.Metric);
        Require("LearningRateScheduler", Schedule.Watched);

        void Require(string option, TrainingMetric? metric)
        {
            if (metric is { } any && any.IsOfClasses() is { } ofClasses && ofClasses != Loss.Classifies)
            {
                throw new InvalidOperationException(
                    $"{option} watches {any}, which is not measured where labels are {(Loss.Classifies ? "classes" : "numbers")}. What would work: {TrainingMetric.ValidationLoss} or "
                        + $"{(Loss.Classifies ? TrainingMetric.ValidationAccuracy : TrainingMetric.ValidationRootMeanSquaredError)}."
                );
            }

            if (!hasValidation && metric is { } watched && watched.NeedsValidation())
            {
                throw new InvalidOperationException(
                    $"{option} watches {watched}, but there are no validation images. What would work: a ValidationSet, a ValidationSetFraction, or validation data given to Fit; "
                        + $"or {TrainingMetric.RunningTrainLoss} or {(Loss.Classifies ? TrainingMetric.RunningTrainAccuracy : TrainingMetric.RunningTrainRootMeanSquaredError)} in its place."
                );
            }
        }
    }

    /// <summary>Whether training shall stop.</summary>
    public bool IsStopWanted() => CancellationToken.IsCancellationRequested || IsCanceled?.Invoke() == true;

    /// <exception cref="OperationCanceledException">Training shall stop.</exception>
    public void ThrowIfCanceled()
    {
        CancellationToken.ThrowIfCancellationRequested();
        if (IsCanceled?.Invoke() == true)
        {
            throw new OperationCanceledException("Training was canceled.");
        }
    }
}
