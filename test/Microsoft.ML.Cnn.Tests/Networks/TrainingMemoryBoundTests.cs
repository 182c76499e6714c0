using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn.Tests.Networks;

/// <summary>
/// What training takes, beside what it needs by arithmetic: a batch of the image and of what leaves every layer, once, and parameters, gradients, a momentum of each, and
/// running statistics.
/// </summary>
public class TrainingMemoryBoundTests
{
    private const double Most = 1.5;
    private const long Gigabyte = 1L << 30;

    /// <summary>Network and batch size.</summary>
    public static TheoryData<string, int> Trainings =>
        new()
        {
            { "lenet5", 64 },
            { "lenet5", 256 },
            { "small vgg", 64 },
            { "small vgg, normalized", 64 },
            { "alexnet", 16 },
            { "alexnet, ungrouped", 16 },
            { "vgg16", 4 },
            { "vgg16", 8 },
        };

    [Theory]
    [MemberData(nameof(Trainings))]
    public void It_is_at_most_half_as_much_again_with_vectors_of_any_width_and_up_to_16_threads(string name, int batchSize)
    {
        (Network network, Shape image) = Named(name);
        ModelDescription model = Describe(network, image);
        ParameterTable table = ParameterTable.Of(network, image);
        double needed = Needed(network, image, batchSize);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        foreach (int threads in new[] { 1, 2, 4, 8, 16 })
        {
            PlanOptions options = PlanOptions.For(batchSize, threads) with { InstructionSet = set };
            double taken =
                PlanEstimate.Of(model, table, options, training: true).Bytes
                + sizeof(float) * (double)(3 * table.TrainableLength + table.StateLength);
            Assert.True(
                taken <= Most * needed,
                $"{set}, {threads} threads: {taken / needed:0.00} times the {needed:N0} bytes that are needed"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void The_summary_says_so_before_training(string name, int batchSize)
    {
        (Network network, Shape image) = Named(name);
        Assert.InRange(network.Summary(image, batchSize).TrainingMemory.Total, 1, (long)(Most * Needed(network, image, batchSize)));
    }

    [Fact]
    public void Vgg_16_trains_by_batches_of_4_in_less_than_4_gigabytes()
    {
        (Network network, Shape image) = Named("vgg16");
        Assert.InRange(network.Summary(image, batchSize: 4).TrainingMemory.Total, Gigabyte, 4 * Gigabyte);
    }

    [Theory]
    [InlineData("lenet5", 64)]
    [InlineData("small vgg", 64)]
    [InlineData("small vgg, normalized", 64)]
    public void What_the_summary_says_is_what_is_allocated(string name, int batchSize)
    {
        (Network network, Shape image) = Named(name);
        NetworkMemory predicted = network.Summary(image, batchSize).TrainingMemory;
        using ParameterStore store = ParameterStore.Initialize(network, image, seed: 1);
        using TrainingPlan plan = new(Describe(network, image), store, PlanOptions.For(batchSize, Environment.ProcessorCount));
        using OptimizerState optimizer = OptimizerState.Create(
            new Sgd(momentum: 0.9f),
            new OptimizerTarget(store, plan.Gradients, plan.Pool, plan.Fused),
            SimdDispatch.Best
        );
        Assert.Equal(plan.ArenaBytes, predicted.Values);
        Assert.Equal((plan.Gradients.Length + optimizer.Moments.Sum(moment => moment.Length)) * sizeof(float), predicted.Gradients);
        Assert.Equal((store.Parameters.Length + store.State.Length) * sizeof(float), predicted.Parameters);
    }

    private static double Needed(Network network, Shape image, int batchSize)
    {
        PlacedLayer[] layers = [.. network.Place(image)];
        long values = image.Length + layers.Sum(layer => layer.Output.Length);
        long LengthOf(ParameterKind kind) =>
            layers.SelectMany(layer => layer.Parameters).Where(parameter => parameter.Kind == kind).Sum(parameter => parameter.Length);
        return sizeof(float) * (double)(batchSize * values + 3 * LengthOf(ParameterKind.Trainable) + LengthOf(ParameterKind.State));
    }

    private static ModelDescription Describe(Network network, Shape image) =>
        new(network, image, PixelOrder.Interleaved, PixelNormalization.None(image.Channels), ModelOutput.Softmax, []);

    private static (Network Network, Shape Image) Named(string name)
    {
        (Network body, int side, int channels, int classes) = name switch
        {
            "lenet5" => (Architectures.LeNet5(), 28, 1, 10),
            "small vgg" => (Architectures.SmallVgg(batchNormalization: false), 32, 3, 10),
            "small vgg, normalized" => (Architectures.SmallVgg(), 32, 3, 10),
            "alexnet" => (Architectures.AlexNet(), 227, 3, 1000),
            "alexnet, ungrouped" => (Architectures.AlexNet(AlexNetVariant.Ungrouped), 227, 3, 1000),
            "vgg16" => (Architectures.Vgg16(), 224, 3, 1000),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such network."),
        };
        Shape image = new(side, side, channels);
        return (body.WithOutput(classes, image), image);
    }
}
