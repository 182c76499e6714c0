using Microsoft.ML.Cnn.Networks;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>The network to be trained, and what it begins with, as far as both are known before an image is read.</summary>
/// <param name="Image">The shape of images, and the order of their pixels.</param>
/// <param name="Network">Its output layer included.</param>
/// <param name="Table">Of its parameters: what is frozen, and at what rate the others are trained.</param>
/// <param name="Beginning">Its first weights.</param>
internal sealed record NetworkOutline(ImageLayout Image, Network Network, ParameterTable Table, StartingPoint Beginning)
{
    /// <param name="options">Of the trainer.</param>
    /// <param name="columns">Of the training data.</param>
    /// <param name="task">What to learn.</param>
    /// <exception cref="ArgumentException">Something of it does not fit the images.</exception>
    public static NetworkOutline Of(CnnTrainerOptions options, ExampleColumns columns, TrainingTask task)
    {
        ImageLayout image = InputShapeRule.Infer(columns.Feature.Name, columns.FeatureType, options.InputShape, options.PixelOrder);
        options.Augmentation.RequireFit(image.Shape);
        options.Normalization?.RequireFit(image.Shape, nameof(options.Normalization));
        Network body = options.Network ?? PretrainedBody.NetworkOf(options.PretrainedModel!);
        Network network = body.WithOutput(task.Outputs, image.Shape);
        ParameterTable table = TrainedLayers.Of(
            network,
            image.Shape,
            new FrozenLayers(options.FreezeUpTo, options.Frozen, nameof(options.FreezeUpTo), nameof(options.Frozen)),
            options.BodyLearningRateMultiplier
        );
        StartingPoint beginning =
            task.GoOn is not null ? task.GoOn(network, image.Shape)
            : options.PretrainedModel is not null ? PretrainedBody.Of(options.PretrainedModel, network, image.Shape)
            : StartingPoint.Anew;
        return new NetworkOutline(image, network, table, beginning);
    }

    /// <summary>The model to be trained.</summary>
    /// <param name="options">Of the trainer.</param>
    /// <param name="task">What to learn.</param>
    /// <param name="learned">How pixels are normalized unless something else is given; null while that is not known.</param>
    public ModelDescription Describe(CnnTrainerOptions options, TrainingTask task, PixelNormalization? learned = null) =>
        new(
            Network,
            Image.Shape,
            Image.Order,
            options.Normalization ?? Beginning.Normalization ?? learned ?? PixelNormalization.None(Image.Shape.Channels),
            task.Output,
            task.ClassNames,
            options.ConvolutionAlgorithm
        );

    /// <summary>The parameters and states to begin with.</summary>
    public ParameterStore CreateStore(int seed) => Beginning.CreateStore(Network, Image.Shape, Table, seed);

    /// <summary>The model before training.</summary>
    public CnnModel Untrained(CnnTrainerOptions options, TrainingTask task, int seed) => new(Describe(options, task), CreateStore(seed));
}
