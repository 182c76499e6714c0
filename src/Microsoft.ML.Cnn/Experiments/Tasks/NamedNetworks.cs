namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>The networks that go by name in search spaces: stacks, and those of <see cref="Architectures"/>.</summary>
internal static class NamedNetworks
{
    private const string Stack = "Stack";

    /// <summary>Sides up to which residual networks begin as those for small images do.</summary>
    private const int LargestSmallImage = 64;

    private static readonly NamedKinds<Network> kinds = new(
        Option,
        [
            (Stack, Makers.Of(typeof(StackedNetwork), nameof(StackedNetwork.Create)).Maker),
            .. new[]
            {
                nameof(Architectures.LeNet5),
                nameof(Architectures.SmallAlexNet),
                nameof(Architectures.SmallVgg),
                nameof(Architectures.AlexNet),
                nameof(Architectures.Vgg11),
                nameof(Architectures.Vgg13),
                nameof(Architectures.Vgg16),
                nameof(Architectures.Vgg19),
                nameof(Architectures.ResNet18),
                nameof(Architectures.ResNet34),
            }.Select(name => Makers.Of(typeof(Architectures), name)),
        ]
    );

    /// <summary>The name of the option.</summary>
    public static string Option => nameof(CnnTrainerOptions.Network);

    /// <summary>
    /// What varies by default: stacks, and of the networks that are small enough to be tried beside them those that the images fit.
    /// </summary>
    /// <param name="image">The shape of an image; null where it is not known.</param>
    public static CnnSearchOption DefaultsFor(Shape? image)
    {
        int? side = image is { } shape && shape.Height == shape.Width ? shape.Height : null;
        List<(string, CnnSearchSpace)> alternatives = [(Stack, StackedNetwork.SpaceFor(image))];
        if (side is 28 or 32)
        {
            alternatives.Add((nameof(Architectures.LeNet5), []));
        }

        if (side is 32 or 64)
        {
            alternatives.Add((nameof(Architectures.SmallVgg), []));
        }

        return CnnSearchOption.Alternatives([.. alternatives]);
    }

    /// <summary>The network that parameters name, for images of a shape.</summary>
    /// <exception cref="ArgumentException">There is no such network, it takes images of other sizes, or what varies in it is none of its arguments.</exception>
    /// <exception cref="Layers.ShapeException">The images do not fit the network.</exception>
    public static Network Make(CnnParameters parameters, Shape image)
    {
        Network network = kinds.Make(
            parameters,
            new Dictionary<string, object>
            {
                { "InputSize", image.Height },
                { "SmallImages", Math.Max(image.Height, image.Width) <= LargestSmallImage },
            }
        );

        // Some of a range of stacks may be too deep: that is seen when one is tried.
        if (parameters.Get<string>(Option) != Stack)
        {
            _ = network.OutputShape(image);
        }

        return network;
    }
}
