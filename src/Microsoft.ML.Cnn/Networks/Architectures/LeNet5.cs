using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn;

/// <summary>Which LeNet-5.</summary>
public enum LeNet5Variant
{
    /// <summary>As it is built today: every map of C3 sees all of S2, ReLU, max pooling. 61,706 parameters with ten classes.</summary>
    Modern,

    /// <summary>As <see cref="Modern"/>, with the hyperbolic tangent.</summary>
    ModernTanh,

    /// <summary>
    /// As published: partial connections in C3, trainable subsampling, scaled tanh; 60,000 parameters up to F6. A dense output takes the place
    /// of the radial basis functions: 60,850 with ten classes.
    /// </summary>
    Published1998,
}

/// <summary>Networks of the literature, ready made. Trainers append the output layer.</summary>
public static partial class Architectures
{
    /// <summary>
    /// LeNet-5, for small grey images. LeCun, Bottou, Bengio and Haffner 1998, "Gradient-Based Learning Applied to Document Recognition",
    /// section II.B. Layers bear the paper's names.
    /// </summary>
    /// <param name="variant">As built today, or as published.</param>
    /// <param name="inputSize">Height and width of the images: 28, which C1 pads by 2, or the paper's 32, which it takes as they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is neither 28 nor 32.</exception>
    public static Network LeNet5(LeNet5Variant variant = LeNet5Variant.Modern, int inputSize = 28)
    {
        Padding padding = inputSize switch
        {
            28 => 2,
            32 => 0,
            _ => throw new ArgumentOutOfRangeException(
                nameof(inputSize),
                inputSize,
                $"LeNet-5 takes images of 28 x 28 or 32 x 32 pixels, received {inputSize}. What would work: resizing the images, or a network of your own."
            ),
        };
        return variant switch
        {
            LeNet5Variant.Modern => ModernLeNet5<ReLU>(padding, Initializer.LeCun),
            LeNet5Variant.ModernTanh => ModernLeNet5<Tanh>(padding, Initializer.Glorot),
            LeNet5Variant.Published1998 => PublishedLeNet5(padding),
            _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "There are Modern, ModernTanh and Published1998."),
        };
    }

    private static Network ModernLeNet5<TActivation>(Padding padding, Initializer initializer)
        where TActivation : Layer, new() =>
        Network.Sequential(
            new Conv2D(6, kernel: 5, padding: padding, weightInitializer: initializer) { Name = "C1" },
            new TActivation(),
            new MaxPool2D(2) { Name = "S2" },
            new Conv2D(16, kernel: 5, weightInitializer: initializer) { Name = "C3" },
            new TActivation(),
            new MaxPool2D(2) { Name = "S4" },
            new Flatten(),
            new Dense(120, weightInitializer: initializer) { Name = "C5" },
            new TActivation(),
            new Dense(84, weightInitializer: initializer) { Name = "F6" },
            new TActivation()
        );

    private static Network PublishedLeNet5(Padding padding) =>
        Network.Sequential(
            new Conv2D(6, kernel: 5, padding: padding, weightInitializer: Initializer.LeCun) { Name = "C1" },
            new ScaledTanh(),
            new Subsampling2D(2) { Name = "S2" },
            new ScaledTanh(),
            new MappedConv2D(ConnectionTable.LeNet5, kernel: 5) { Name = "C3" },
            new ScaledTanh(),
            new Subsampling2D(2) { Name = "S4" },
            new ScaledTanh(),
            new Conv2D(120, kernel: 5, weightInitializer: Initializer.LeCun) { Name = "C5" },
            new ScaledTanh(),
            new Dense(84, weightInitializer: Initializer.LeCun) { Name = "F6" },
            new ScaledTanh()
        );
}
