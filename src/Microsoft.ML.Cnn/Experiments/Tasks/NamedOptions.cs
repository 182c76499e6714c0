namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>The options that go by name in search spaces, where an option is no number.</summary>
internal static class NamedOptions
{
    /// <summary>Where it stands by itself, it is that of any optimizer.</summary>
    public const string WeightDecay = "WeightDecay";

    private const string Optimizer = nameof(CnnTrainerOptions.Optimizer);
    private const string LearningRate = nameof(CnnTrainerOptions.LearningRate);

    /// <summary>Adaptive steps are of the size of the learning rate, whatever the gradient: theirs is this share of it.</summary>
    private const float AdaptiveRate = 0.05f;

    private static readonly NamedKinds<Optimizer> optimizers = new(
        Optimizer,
        Makers.Of<Sgd>(),
        Makers.Of<AdamW>(),
        Makers.Of<Adam>(),
        Makers.Of<RMSProp>(),
        Makers.Of<AdaGrad>()
    );

    /// <summary>As of <see cref="LearningRateSchedule"/>.</summary>
    public static NamedKinds<LearningRateSchedule> Schedules { get; } =
        new(
            nameof(CnnTrainerOptions.LearningRateScheduler),
            Makers.Of(typeof(LearningRateSchedule), nameof(LearningRateSchedule.Cosine)),
            Makers.Of(typeof(LearningRateSchedule), nameof(LearningRateSchedule.OneCycle)),
            Makers.Of(typeof(LearningRateSchedule), nameof(LearningRateSchedule.Constant)),
            Makers.Of(typeof(LearningRateSchedule), nameof(LearningRateSchedule.Step)),
            Makers.Of(typeof(LearningRateSchedule), nameof(LearningRateSchedule.Exponential)),
            Makers.Of(typeof(LearningRateSchedule), nameof(LearningRateSchedule.ReduceOnPlateau))
        );

    public static NamedKinds<AugmentationSequence> Augmentations { get; } =
        new(
            nameof(CnnTrainerOptions.Augmentation),
            Makers.Of(typeof(NamedOptions), nameof(None)),
            Makers.Of(typeof(NamedOptions), nameof(Crop)),
            Makers.Of(typeof(NamedOptions), nameof(FlipAndCrop))
        );

    /// <summary>Of a regression.</summary>
    public static NamedKinds<Loss> Losses { get; } =
        new(nameof(CnnRegressionTrainer.Options.Loss), Makers.Of<SquaredLoss>(), Makers.Of<HuberLoss>());

    /// <summary>
    /// Sets the optimizer, the learning rate and the weight decay. Those that all optimizers share are those of <see cref="Sgd"/>, and are brought to what suits another one: an adaptive one takes a
    /// share of the learning rate, and <see cref="AdamW"/>, whose decay goes by the learning rate, as much more of the weight decay. Those under an optimizer are its own.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such optimizer, or something varies twice.</exception>
    public static void SetOptimizer(CnnParameters parameters, CnnTrainerOptions options)
    {
        RequireOnce(parameters, LearningRate);
        RequireOnce(parameters, WeightDecay);
        float decay = parameters.Contains(WeightDecay) ? parameters.Get<float>(WeightDecay) : options.Optimizer.WeightDecay;
        if (parameters.Contains(Optimizer))
        {
            string name = parameters.Get<string>(Optimizer);
            Dictionary<string, object> shared = new() { { WeightDecay, name == nameof(AdamW) ? decay / AdaptiveRate : decay } };
            options.Optimizer = optimizers.Make(parameters, shared, LearningRate);
            options.LearningRate =
                parameters.Contains($"{Optimizer}.{LearningRate}") ? parameters.Get<float>($"{Optimizer}.{LearningRate}")
                : name == nameof(Sgd) ? options.LearningRate
                : options.LearningRate * AdaptiveRate;
        }
        else if (parameters.Contains(WeightDecay))
        {
            options.Optimizer = new Sgd(momentum: 0.9f, weightDecay: decay);
        }
    }

    public static AugmentationSequence None() => [];

    public static AugmentationSequence Crop(int padding = 2) => [new RandomCrop(padding: padding)];

    public static AugmentationSequence FlipAndCrop(int padding = 2) => [new HorizontalFlip(), new RandomCrop(padding: padding)];

    private static void RequireOnce(CnnParameters parameters, string name)
    {
        if (parameters.Contains(name) && parameters.Contains($"{Optimizer}.{name}"))
        {
            throw new ArgumentException(
                $"'{name}' would have no effect where '{Optimizer}.{name}' varies. Allowed: the one, for all optimizers, or the other, under each that shall have its own."
            );
        }
    }
}
