namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>
/// How far trainings have come apart from one that convolves directly: the distance between all their weights over the distance that the
/// weights have travelled. All see the same images and begin with the same weights.
/// </summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Winograd">Of a training that uses Winograd's algorithms.</param>
/// <param name="Reordered">
/// Of one that convolves directly too, and adds everything in another order: channels in that of a <see cref="HiddenPermutation"/>, and the
/// images of each batch in another.
/// </param>
internal sealed record Divergence(int Step, double Winograd, double Reordered)
{
    public const int BatchSize = 16;

    /// <summary>A VGG small enough for hundreds of steps, with a layer of each kind of plan.</summary>
    public static ModelDescription Describe(
        FashionImages images,
        bool batchNormalization,
        ConvolutionAlgorithm convolutions,
        int kernel = 3
    ) => Vgg.Describe(images.Shape, kernel, batchNormalization, convolutions, [32], [32, 64], [128]);

    /// <param name="images">To learn.</param>
    /// <param name="batchNormalization">Whether the network has any.</param>
    /// <param name="seed">Of weights, images and order.</param>
    /// <param name="checkpoints">Steps after which to measure, ascending.</param>
    /// <param name="kernel">Taps of a filter's side.</param>
    public static IEnumerable<Divergence> Measure(
        FashionImages images,
        bool batchNormalization,
        int seed,
        IEnumerable<int> checkpoints,
        int kernel = 3
    )
    {
        ModelDescription direct = Describe(images, batchNormalization, ConvolutionAlgorithm.Direct, kernel);
        ModelDescription automatic = Describe(images, batchNormalization, ConvolutionAlgorithm.Automatic, kernel);
        HiddenPermutation permutation = new(direct.Network, direct.InputShape, seed);
        using ParameterStore start = ParameterStore.Initialize(direct.Network, direct.InputShape, seed);
        using ParameterStore reference = start.Clone();
        using ParameterStore winograd = start.Clone();
        using ParameterStore permuted = start.Clone();
        using ParameterStore reordered = start.Clone();
        permutation.Apply(start, permuted);
        using SeededTraining a = new(direct, reference, images, BatchSize, seed);
        using SeededTraining b = new(automatic, winograd, images, BatchSize, seed);
        using SeededTraining c = new(direct, permuted, images, BatchSize, seed, new Random(~seed));
        int taken = 0;
        foreach (int checkpoint in checkpoints)
        {
            a.Run(checkpoint - taken);
            b.Run(checkpoint - taken);
            c.Run(checkpoint - taken);
            taken = checkpoint;
            permutation.Undo(permuted, reordered);
            double travelled = Distance(reference, start);
            yield return new Divergence(checkpoint, Distance(winograd, reference) / travelled, Distance(reordered, reference) / travelled);
        }
    }

    /// <summary>Between all parameters.</summary>
    public static double Distance(ParameterStore a, ParameterStore b)
    {
        double squares = 0;
        foreach (ParameterSegment segment in a.Table.Trainable)
        {
            ReadOnlySpan<float> x = a[segment];
            ReadOnlySpan<float> y = b[segment];
            for (int i = 0; i < x.Length; i++)
            {
                double difference = (double)x[i] - y[i];
                squares += difference * difference;
            }
        }

        return Math.Sqrt(squares);
    }
}
