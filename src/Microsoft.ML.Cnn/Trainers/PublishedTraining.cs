using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>
/// How the papers trained their networks, as options to begin from: columns, images and everything else may be set as usual. The papers lowered the
/// rate by hand when the validation error stopped falling; here it falls at fixed epochs. They are meant for a million images: with few, more epochs
/// and a smaller batch.
/// </summary>
public static class PublishedTraining
{
    /// <summary>
    /// As Krizhevsky, Sutskever and Hinton 2012, section 5: batches of 128, a rate of 0.01 divided by 10 three times in 90 epochs, a momentum of 0.9 and a
    /// decay of 0.0005.
    /// </summary>
    /// <param name="network">The network; <see cref="Architectures.AlexNet"/> as published by default.</param>
    public static CnnMulticlassTrainer.Options AlexNet(Network? network = null) =>
        new()
        {
            Network = network ?? Architectures.AlexNet(),
            BatchSize = 128,
            Epoch = 90,
            LearningRate = 0.01f,
            LearningRateScheduler = LearningRateSchedule.Step(stepEpochs: 23),
            Optimizer = new Sgd(momentum: 0.9f, weightDecay: 5e-4f) { RateInVelocity = true },
        };

    /// <summary>
    /// As Simonyan and Zisserman 2015, section 3.1: batches of 256, a rate of 0.01 divided by 10 three times in 74 epochs, a momentum of 0.9 and a decay of
    /// 0.0005. Only first weights are others, see the remarks.
    /// </summary>
    /// <remarks>
    /// The paper drew weights from a normal distribution of variance 0.01, with which only its network of 11 layers learned from nothing; the deeper ones began with that network's first
    /// four convolutions and its dense layers. The paper notes that the initialization of Glorot and Bengio 2010, found after its submission, does without. Here weights begin as
    /// <see cref="Initializer.He"/> has them, which is Glorot's for ReLUs. Another initializer is one of the layers, so it takes a <paramref name="network"/> of one's own.
    /// </remarks>
    /// <param name="network">The network; <see cref="Architectures.Vgg16"/> by default.</param>
    public static CnnMulticlassTrainer.Options Vgg(Network? network = null) =>
        new()
        {
            Network = network ?? Architectures.Vgg16(),
            BatchSize = 256,
            Epoch = 74,
            LearningRate = 0.01f,
            LearningRateScheduler = LearningRateSchedule.Step(stepEpochs: 20),
            Optimizer = new Sgd(momentum: 0.9f, weightDecay: 5e-4f),
        };

    /// <summary>
    /// As He, Zhang, Ren and Sun 2016, section 3.4: batches of 256, a rate of 0.1, a momentum of 0.9 and a decay of 0.0001; 90 epochs, the rate divided by 10
    /// after 30 and 60, as torchvision trains it.
    /// </summary>
    /// <param name="network">The network; <see cref="Architectures.ResNet18"/> by default.</param>
    public static CnnMulticlassTrainer.Options ResNet(Network? network = null) =>
        new()
        {
            Network = network ?? Architectures.ResNet18(),
            BatchSize = 256,
            Epoch = 90,
            LearningRate = 0.1f,
            LearningRateScheduler = LearningRateSchedule.Step(stepEpochs: 30),
            Optimizer = new Sgd(momentum: 0.9f, weightDecay: 1e-4f),
        };
}
