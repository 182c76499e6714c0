using Microsoft.ML.Cnn.Experiments.Tasks;

namespace Microsoft.ML.Cnn.Tests.Experiments.Tasks;

public sealed class OptionNamesTests
{
    private static readonly DataViewSchema schema = NamedNetworksTests.SchemaOf(28, 28);

    [Fact]
    public void Fields_are_set_by_their_names()
    {
        CnnMulticlassTrainer.Options options = Applied<CnnMulticlassTrainer.Options>(
            ("BatchSize", 32),
            ("MixUp", 0.2),
            ("ShuffleBufferSize", 100),
            ("ConvolutionAlgorithm", ConvolutionAlgorithm.Direct),
            ("FreezeUpTo", "conv1"),
            ("IgnoreMemoryEstimate", true)
        );
        Assert.Equal((32, 0.2f, 100), (options.BatchSize, options.MixUp, options.ShuffleBufferSize));
        Assert.Equal(
            (ConvolutionAlgorithm.Direct, "conv1", true),
            (options.ConvolutionAlgorithm, options.FreezeUpTo, options.IgnoreMemoryEstimate)
        );
    }

    [Fact]
    public void Under_an_optimizer_its_own_numbers_vary()
    {
        CnnTrainerOptions sgd = Applied<CnnBinaryTrainer.Options>(
            ("LearningRate", 0.1),
            ("Optimizer", "Sgd"),
            ("Optimizer.Momentum", 0.5),
            ("Optimizer.Nesterov", true)
        );
        Assert.Equal(new Sgd(0.5f, nesterov: true, weightDecay: 5e-4f), sgd.Optimizer);
        Assert.Equal(0.1f, sgd.LearningRate);

        CnnTrainerOptions adamW = Applied<CnnBinaryTrainer.Options>(
            ("Optimizer", "AdamW"),
            ("Optimizer.Beta2", 0.95),
            ("Optimizer.LearningRate", 0.002),
            ("Optimizer.WeightDecay", 0.03)
        );
        Assert.Equal(new AdamW(beta2: 0.95f, weightDecay: 0.03f), adamW.Optimizer);
        Assert.Equal(0.002f, adamW.LearningRate);
    }

    [Theory]
    [InlineData("Adam", typeof(Adam))]
    [InlineData("RMSProp", typeof(RMSProp))]
    [InlineData("AdaGrad", typeof(AdaGrad))]
    public void All_optimizers_go_by_name_and_share_learning_rate_and_weight_decay(string name, Type type)
    {
        CnnTrainerOptions options = Applied<CnnBinaryTrainer.Options>(("LearningRate", 0.1), ("Optimizer", name), ("WeightDecay", 1e-3));
        Assert.IsType(type, options.Optimizer);
        Assert.Equal(1e-3f, options.Optimizer.WeightDecay);
        Assert.Equal(0.005f, options.LearningRate, 1e-6f);
    }

    [Fact]
    public void Under_schedules_augmentations_and_losses_their_own_numbers_vary()
    {
        CnnRegressionTrainer.Options options = Applied<CnnRegressionTrainer.Options>(
            ("LearningRateScheduler", "Step"),
            ("LearningRateScheduler.StepEpochs", 3),
            ("LearningRateScheduler.Gamma", 0.5),
            ("Augmentation", "Crop"),
            ("Augmentation.Padding", 4),
            ("Loss", "HuberLoss"),
            ("Loss.Delta", 2.0)
        );
        Assert.Equal(LearningRateSchedule.Step(3, 0.5f), options.LearningRateScheduler);
        Assert.Equal([new RandomCrop(4)], options.Augmentation);
        Assert.Equal(new HuberLoss(2), options.Loss);
        Assert.Equal(
            LearningRateSchedule.Constant,
            Applied<CnnBinaryTrainer.Options>(("LearningRateScheduler", "Constant")).LearningRateScheduler
        );
    }

    [Theory]
    [InlineData("Epoch", "SetMaxEpoch")]
    [InlineData("Seed", "SetSeed")]
    [InlineData("Threads", "SetConcurrentTrials")]
    [InlineData("WorkspacePath", "SetCheckpoint")]
    [InlineData("Resume", "SetCheckpoint")]
    [InlineData("EarlyStoppingCriteria", "SetHalving")]
    [InlineData("ValidationSetFraction", "SetDataset")]
    [InlineData("LabelColumnName", "SetMulticlassClassificationMetric")]
    public void What_the_experiment_decides_is_refused(string name, string instead)
    {
        string message = Refusal((name, CnnSearchOption.Choice(1)));
        Assert.Contains($"'{name}' cannot vary: the experiment decides it. What would work: ", message, StringComparison.Ordinal);
        Assert.Contains(instead, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_stand_for_nothing_are_refused()
    {
        Assert.Contains("'Learning' is no option", Refusal(("Learning", CnnSearchOption.Choice(1))), StringComparison.Ordinal);
        Assert.Contains(
            "'Optimizer.Momentom' stands for nothing. What may vary under Optimizer 'Sgd': Momentum, Nesterov, WeightDecay, LearningRate.",
            Refusal(
                ("Optimizer", CnnSearchOption.Alternatives(("AdamW", []), ("Sgd", Space("Momentom", CnnSearchOption.Uniform(0, 0.9)))))
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'BatchSize.Steps' stands for nothing",
            Refusal(("BatchSize", CnnSearchOption.Alternatives(("16", Space("Steps", CnnSearchOption.Choice(1)))))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "LearningRateScheduler 'Exponential' needs a 'LearningRateScheduler.Gamma'",
            Refusal(("LearningRateScheduler", CnnSearchOption.Choice("Exponential"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'GradientClipping' is no number",
            Refusal(("GradientClipping", CnnSearchOption.Choice("norm"))),
            StringComparison.Ordinal
        );
        Assert.Contains("'Loss' is no option", Refusal(("Loss", CnnSearchOption.Choice("SquaredLoss"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_value_of_a_choice_and_both_ends_of_a_range_are_checked()
    {
        Assert.Contains(
            "where Optimizer is Adagrad. There is no Optimizer 'Adagrad' that an experiment knows. What would work: Sgd, AdamW",
            Refusal(("Optimizer", CnnSearchOption.Choice("Sgd", "Adagrad"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "where Optimizer.Momentum is 1. ",
            Refusal(("Optimizer", CnnSearchOption.Alternatives(("Sgd", Space("Momentum", CnnSearchOption.Uniform(0, 1)))))),
            StringComparison.Ordinal
        );
        Assert.Contains("where LearningRate is -1. ", Refusal(("LearningRate", CnnSearchOption.Choice(0.1, -1))), StringComparison.Ordinal);
        Assert.Contains("which is no Int32", Refusal(("BatchSize", CnnSearchOption.Choice(16, "many"))), StringComparison.Ordinal);
        Assert.Contains(
            "There are: Automatic, Direct",
            Refusal(("ConvolutionAlgorithm", CnnSearchOption.Choice("Direct", "Fast"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_would_vary_twice_is_refused() =>
        Assert.Contains(
            "'LearningRate' would have no effect where 'Optimizer.LearningRate' varies",
            Refusal(
                ("LearningRate", CnnSearchOption.LogUniform(0.01, 0.1)),
                (
                    "Optimizer",
                    CnnSearchOption.Alternatives(("Sgd", []), ("AdamW", Space("LearningRate", CnnSearchOption.LogUniform(1e-4, 5e-3))))
                )
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_experiment_refuses_them_before_its_first_trial_and_leaves_names_to_functions()
    {
        MLContext context = new(seed: 1);
        CnnExperiment experiment = context
            .BinaryClassification.CreateCnnExperiment(new CnnExperimentSettings { MaxModels = 1 })
            .SetDataset(SmallExperiment.Booleans(context, 30), SmallExperiment.Booleans(context, 30, seed: 700))
            .SetMaxEpoch(1)
            .SetSearchSpace(new() { { "Network", CnnSearchOption.Choice("Stack") }, { "Epoch", CnnSearchOption.Integer(1, 3) } });
        Assert.Contains("SetMaxEpoch", Assert.Throws<ArgumentException>(() => experiment.Run()).Message, StringComparison.Ordinal);
        experiment.SetOptions(parameters =>
            SmallExperiment.Options<CnnBinaryTrainer.Options>(
                new CnnParameters([new("Filters", parameters.Get<int>("Epoch")), new("Rate", 0.05)])
            )
        );
        Assert.NotNull(experiment.Run().Model);
    }

    private static CnnSearchSpace Space(string name, CnnSearchOption option) => new() { { name, option } };

    private static TOptions Applied<TOptions>(params (string Name, object Value)[] values)
        where TOptions : CnnTrainerOptions, new()
    {
        TOptions options = new();
        OptionNames.Apply(new CnnParameters(values.Select(value => KeyValuePair.Create(value.Name, value.Value))), options, schema);
        return options;
    }

    private static string Refusal(params (string Name, CnnSearchOption Option)[] options)
    {
        CnnSearchSpace space = new() { { "Network", CnnSearchOption.Choice("Stack") } };
        foreach ((string name, CnnSearchOption option) in options)
        {
            space.Add(name, option);
        }

        return Assert.Throws<ArgumentException>(() => OptionNames.Require(space, () => new CnnMulticlassTrainer.Options(), schema)).Message;
    }
}
