using System.Numerics;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Options that no data is needed to refuse: each is named with the value received and what is allowed.</summary>
internal static class OptionsCheck
{
    /// <exception cref="ArgumentNullException">An option that is required is null.</exception>
    /// <exception cref="ArgumentException">An option has a value that is not allowed.</exception>
    public static void Check(CnnTrainerOptions options)
    {
        RequireName(options.LabelColumnName, nameof(options.LabelColumnName));
        RequireName(options.FeatureColumnName, nameof(options.FeatureColumnName));
        if (options.ExampleWeightColumnName is not null)
        {
            RequireName(options.ExampleWeightColumnName, nameof(options.ExampleWeightColumnName));
        }

        if (options.PretrainedModel is null)
        {
            Require(options.Network, nameof(options.Network));
        }

        Require(options.Optimizer, nameof(options.Optimizer));
        Require(options.LearningRateScheduler, nameof(options.LearningRateScheduler));
        Require(options.Augmentation, nameof(options.Augmentation));
        AtLeastOne(options.Epoch, nameof(options.Epoch));
        AtLeastOne(options.BatchSize, nameof(options.BatchSize));
        AtLeastOne(options.Threads ?? 1, nameof(options.Threads));
        AtLeastOne(options.ShuffleBufferSize ?? 1, nameof(options.ShuffleBufferSize));
        Between(options.LearningRate, 0, float.PositiveInfinity, nameof(options.LearningRate));
        Between(options.BodyLearningRateMultiplier, 0, float.PositiveInfinity, nameof(options.BodyLearningRateMultiplier));
        CheckFrozen(options);
        Between(options.ValidationSetFraction ?? 0.5f, 0, 1, nameof(options.ValidationSetFraction));
        CheckCourse(options);
        CheckInput(options);
        CheckWorkspace(options);
        CheckMixUp(options);
        if (options is CnnClassificationTrainerOptions { LabelSmoothing: not (>= 0 and < 1) } classification)
        {
            throw Refuse(
                nameof(classification.LabelSmoothing),
                classification.LabelSmoothing,
                FormattableString.Invariant($"must be at least 0 and less than 1, received {classification.LabelSmoothing}")
            );
        }

        if (options is CnnRegressionTrainer.Options regression)
        {
            Require(regression.Loss, nameof(regression.Loss));
            if (regression.Loss.Classifies)
            {
                throw Refuse(
                    nameof(regression.Loss),
                    regression.Loss,
                    $"must be a {nameof(SquaredLoss)} or a {nameof(HuberLoss)}, received {regression.Loss}"
                );
            }
        }

        if (options.ValidationSet is not null && options.ValidationSetFraction is not null)
        {
            throw Refuse(
                nameof(options.ValidationSetFraction),
                options.ValidationSetFraction,
                $"is {options.ValidationSetFraction} while ValidationSet is set as well. Allowed: one of them"
            );
        }
    }

    private static void CheckFrozen(CnnTrainerOptions options)
    {
        Require(options.Frozen, nameof(options.Frozen));
        if (options.FreezeUpTo is { Length: 0 } || options.Frozen.Any(string.IsNullOrEmpty))
        {
            string name = options.FreezeUpTo is { Length: 0 } ? nameof(options.FreezeUpTo) : nameof(options.Frozen);
            throw Refuse(name, "", "must name layers, received an empty text");
        }
    }

    private static void CheckCourse(CnnTrainerOptions options)
    {
        if (options.LearningRateScheduler.LeastEpochs >= options.Epoch)
        {
            throw Refuse(
                nameof(options.LearningRateScheduler),
                options.LearningRateScheduler,
                FormattableString.Invariant(
                    $"warms up for {options.LearningRateScheduler.LeastEpochs} epochs, and Epoch is {options.Epoch}. Allowed: a warm-up of fewer epochs than there are"
                )
            );
        }

        if (options.BatchProgressInterval < TimeSpan.Zero)
        {
            throw Refuse(
                nameof(options.BatchProgressInterval),
                options.BatchProgressInterval,
                $"must be at least zero, received {options.BatchProgressInterval}"
            );
        }

        RequireDefined(options.OnCancellation, nameof(options.OnCancellation));
    }

    private static void CheckMixUp(CnnTrainerOptions options)
    {
        if (!(options.MixUp >= 0 && float.IsFinite(options.MixUp)))
        {
            throw Refuse(
                nameof(options.MixUp),
                options.MixUp,
                FormattableString.Invariant(
                    $"must be 0, for none, or a finite number above it, received {options.MixUp}. Customary: 0.1 to 0.4"
                )
            );
        }

        if (options.MixUp > 0 && options.BatchSize == 1)
        {
            throw Refuse(
                nameof(options.MixUp),
                options.MixUp,
                FormattableString.Invariant(
                    $"is {options.MixUp} while BatchSize is 1, and an image is blended with another of its batch. Allowed: a BatchSize of at least 2, or a MixUp of 0"
                )
            );
        }
    }

    private static void CheckInput(CnnTrainerOptions options)
    {
        if (options.InputShape is { } shape && shape is not { Height: > 0, Width: > 0, Channels: > 0 })
        {
            throw Refuse(
                nameof(options.InputShape),
                shape,
                $"must have height, width and channels of at least 1, received {shape.Height} x {shape.Width} x {shape.Channels}"
            );
        }

        RequireDefined(options.ConvolutionAlgorithm, nameof(options.ConvolutionAlgorithm));
        RequireDefined(options.PixelOrder ?? default, nameof(options.PixelOrder));
    }

    private static void CheckWorkspace(CnnTrainerOptions options)
    {
        if (options.WorkspacePath is { Length: 0 })
        {
            throw Refuse(
                nameof(options.WorkspacePath),
                options.WorkspacePath,
                "must be a folder, or null for none, received an empty text"
            );
        }

        if (options.CheckpointInterval < TimeSpan.Zero)
        {
            throw Refuse(
                nameof(options.CheckpointInterval),
                options.CheckpointInterval,
                FormattableString.Invariant($"must be at least 0, received {options.CheckpointInterval}")
            );
        }

        RequireDefined(options.Resume, nameof(options.Resume));
        if (
            options is { Seed: null, ValidationSetFraction: not null }
            && options.WorkspacePath?.Contains(Workspace.DataPlaceholder) == true
        )
        {
            throw Refuse(
                nameof(options.Seed),
                null,
                $"is null while WorkspacePath is '{options.WorkspacePath}' and ValidationSetFraction is set: which rows are trained on, and so the folder, follows from the seed, and another process would draw another. Allowed: a Seed, a ValidationSet in place of the fraction, or a WorkspacePath without {Workspace.DataPlaceholder}"
            );
        }
    }

    private static void RequireDefined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw Refuse(name, value, $"must be one of {string.Join(", ", Enum.GetNames<T>())}, received {value}");
        }
    }

    private static void Require(object? value, string name) =>
        _ = value ?? throw new ArgumentNullException(name, $"{name} must be set, received null.");

    private static void RequireName(string? value, string name)
    {
        Require(value, name);
        if (value!.Length == 0)
        {
            throw Refuse(name, value, "must be the name of a column, received an empty text");
        }
    }

    private static void AtLeastOne(int value, string name)
    {
        if (value < 1)
        {
            throw Refuse(name, value, $"must be at least 1, received {value}");
        }
    }

    private static void Between<T>(T value, T least, T most, string name)
        where T : INumber<T>
    {
        if (!(value > least && value < most))
        {
            throw Refuse(name, value, FormattableString.Invariant($"must be greater than {least} and less than {most}, received {value}"));
        }
    }

    private static ArgumentOutOfRangeException Refuse(string option, object? value, string why) => new(option, value, $"{option} {why}.");
}
