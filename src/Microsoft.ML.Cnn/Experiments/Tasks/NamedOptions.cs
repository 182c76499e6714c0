namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>What the names stand for that the options' choices have, where an option is no number.</summary>
internal static class NamedOptions
{
    /// <summary>Adaptive steps are of the size of the learning rate, whatever the gradient: theirs is this share of it.</summary>
    private const float AdaptiveRate = 0.05f;

    /// <summary>Sets the optimizer with its weight decay, and brings the learning rate to what suits it.</summary>
    /// <exception cref="ArgumentException">There is no such optimizer.</exception>
    public static void SetOptimizer(CnnTrainerOptions options, string name, float weightDecay)
    {
        bool isAdaptive = name == nameof(AdamW);
        if (!isAdaptive && name != nameof(Sgd))
        {
            throw Unknown(nameof(options.Optimizer), name, nameof(Sgd), nameof(AdamW));
        }

        options.Optimizer = isAdaptive
            ? new AdamW(weightDecay: weightDecay / AdaptiveRate)
            : new Sgd(momentum: 0.9f, weightDecay: weightDecay);
        options.LearningRate *= isAdaptive ? AdaptiveRate : 1;
    }

    /// <exception cref="ArgumentException">There is no such schedule.</exception>
    public static LearningRateSchedule Schedule(string name) =>
        name switch
        {
            "Cosine" => LearningRateSchedule.Cosine(),
            "OneCycle" => LearningRateSchedule.OneCycle(),
            _ => throw Unknown(nameof(CnnTrainerOptions.LearningRateScheduler), name, "Cosine", "OneCycle"),
        };

    /// <exception cref="ArgumentException">There is no such augmentation.</exception>
    public static AugmentationSequence Augmentation(string name) =>
        name switch
        {
            "None" => [],
            "Crop" => [new RandomCrop(padding: 2)],
            "FlipAndCrop" => [new HorizontalFlip(), new RandomCrop(padding: 2)],
            _ => throw Unknown(nameof(CnnTrainerOptions.Augmentation), name, "None", "Crop", "FlipAndCrop"),
        };

    private static ArgumentException Unknown(string option, string name, params string[] known) =>
        new(
            $"There is no {option} '{name}' that an experiment knows. What would work: {string.Join(", ", known)}, or SetOptions with a function that says what it stands for."
        );
}
