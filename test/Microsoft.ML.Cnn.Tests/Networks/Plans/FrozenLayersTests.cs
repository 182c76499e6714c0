using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tests.Conformance;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Networks.Plans;

/// <summary>Plans of networks some layers of which are frozen: what is left to compute, and that it is computed as ever.</summary>
public class FrozenLayersTests
{
    private const int Classes = 5;

    /// <summary>Networks whose convolutions are computed in every way there is, with the batch size that brings it about.</summary>
    public static TheoryData<string, int> Cases =>
        new()
        {
            { "images in lanes", 20 },
            { "direct", 3 },
            { "Winograd", 3 },
            { "shared", 2 },
            { "connections", 20 },
            { "residuals", 3 },
            { "concatenations", 20 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_the_others_are_the_same_bits(string name, int rows)
    {
        (Network network, Shape input) = NetworkOf(name);
        string[] layers = [.. network.Place(input).Where(placed => placed.Parameters.Any()).Select(placed => placed.Path)];
        float[] expected = Gradients(network, input, rows, threads: 1, frozen: [], out ParameterTable table);
        foreach (string[] frozen in Choices(layers))
        {
            foreach (int threads in new[] { 1, 3 })
            {
                float[] actual = Gradients(network, input, rows, threads, frozen, out _);
                foreach (ParameterSegment segment in table.Trainable)
                {
                    Range range = (int)segment.Offset..(int)(segment.Offset + segment.Length);
                    if (IsFrozen(segment, frozen))
                    {
                        Assert.All(actual[range], gradient => Assert.Equal(0, gradient));
                    }
                    else
                    {
                        Assert.True(
                            expected[range].AsSpan().SequenceEqual(actual[range]),
                            $"{segment.Path} with {string.Join(", ", frozen)}"
                        );
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("images in lanes", 64)]
    [InlineData("Winograd", 16)]
    [InlineData("residuals", 16)]
    public void A_frozen_body_needs_no_memory_for_its_way_back(string name, int rows)
    {
        (Network network, Shape input) = NetworkOf(name);
        string[] layers = [.. network.Place(input).Where(placed => placed.Parameters.Any()).Select(placed => placed.Path)];
        Assert.True(Bytes(layers[..^1]) < 0.7 * Bytes([]), $"{Bytes(layers[..^1])} of {Bytes([])}");

        long Bytes(string[] frozen)
        {
            using ParameterStore store = Store(network, input, frozen);
            using TrainingPlan plan = new(Describe(network, input), store, PlanOptions.For(rows, threads: 1));
            return plan.ArenaBytes;
        }
    }

    [Fact]
    public void Frozen_batch_normalization_uses_its_running_statistics_and_leaves_them_alone()
    {
        (Network network, Shape input) = (BatchNormalized("tanh"), new Shape(7, 6, 2));
        using ParameterStore store = Store(network, input, ["batchNorm1"]);
        Fill(store, "batchNorm1");
        float[] before = store.State.Span.ToArray();
        foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>())
        {
            foreach (int rows in new[] { 3, 20 })
            {
                PlanOptions options = new(rows, 2, instructionSet, Seed: 9);
                using TrainingPlan plan = new(Describe(network, input), store, options);
                using PlanBatch batch = Examples.Create(rows, input, Classes).ToPlan(rows);
                double loss = plan.ComputeGradients(batch, step: 0).WeightedLoss;
                using InferencePlan inference = new(Describe(network, input), store, options);
                Assert.Equal(inference.Evaluate(batch).WeightedLoss, loss, 1e-4 * loss);
                Assert.Equal(before, store.State.Span.ToArray());
                AssertGradient(store, plan, inference, batch, "conv1/weight");
                AssertGradient(store, plan, inference, batch, "conv2/weight");
            }
        }
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("relu")]
    public void A_trained_batch_normalization_above_frozen_layers_learns(string activation)
    {
        (Network network, Shape input) = (BatchNormalized(activation), new Shape(7, 6, 2));
        float[] expected = Gradients(network, input, 20, threads: 1, frozen: [], out ParameterTable table);
        float[] actual = Gradients(network, input, 20, threads: 1, frozen: ["conv1"], out _);
        ParameterSegment gamma = table["batchNorm1/weight"];
        Range range = (int)gamma.Offset..(int)(gamma.Offset + gamma.Length);
        Assert.Equal(expected[range], actual[range]);
        Assert.DoesNotContain(0, actual[range]);
    }

    [Fact]
    public void A_step_whose_loss_is_no_number_leaves_running_statistics_alone()
    {
        (Network network, Shape input) = (BatchNormalized("relu"), new Shape(7, 6, 2));
        using ParameterStore store = Store(network, input, []);
        using TrainingPlan plan = new(Describe(network, input), store, PlanOptions.For(20, threads: 2));
        using PlanBatch batch = Examples.Create(20, input, Classes).ToPlan(20);
        plan.ComputeGradients(batch, step: 0);
        float[] before = store.State.Span.ToArray();
        batch.Row(3)[7] = float.NaN;
        Assert.False(double.IsFinite(plan.ComputeGradients(batch, step: 1).WeightedLoss));
        Assert.Equal(before, store.State.Span.ToArray());
        batch.Row(3)[7] = 0.5f;
        plan.ComputeGradients(batch, step: 2);
        Assert.NotEqual(before, store.State.Span.ToArray());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void A_ReLU_is_rectified_behind_batch_normalization_as_if_it_stood_by_itself(int rows)
    {
        foreach (string[] frozen in new string[][] { [], ["batchNorm1"] })
        {
            Shape input = new(7, 6, 2);
            float[] expected = Gradients(BatchNormalized("leaky"), input, rows, threads: 1, frozen, out _);
            Assert.Equal(expected, Gradients(BatchNormalized("relu"), input, rows, threads: 2, frozen, out _));
        }

        NetworkSummary summary = BatchNormalized("relu").Summary(new Shape(7, 6, 2));
        Assert.Contains(summary.Rows, row => row.Path == "relu1" && row.Algorithm.StartsWith("in batchNorm1", StringComparison.Ordinal));
    }

    private static Network BatchNormalized(string activation) =>
        Network
            .Sequential(
                new Conv2D(3, kernel: 3, padding: Padding.Same),
                new BatchNormalization(),
                activation switch
                {
                    "relu" => new ReLU(),
                    "leaky" => new LeakyReLU(0),
                    _ => new Tanh(),
                },
                new Conv2D(4, kernel: 3, padding: Padding.Same),
                new Tanh()
            )
            .WithOutput(Classes, new Shape(7, 6, 2));

    private static (Network Network, Shape Input) NetworkOf(string name)
    {
        (Shape input, Layer[] layers) = name switch
        {
            "images in lanes" => (
                new Shape(14, 13, 2),
                [
                    new Conv2D(4, kernel: 3),
                    new ReLU(),
                    new Conv2D(12, kernel: 3, padding: Padding.Same),
                    new MaxPool2D(2, rounding: Rounding.Floor),
                    new Conv2D(9, kernel: 3, padding: Padding.Same),
                    new ReLU(),
                    new Dropout(0.2f),
                ]
            ),
            "direct" => (
                new Shape(9, 9, 3),
                [
                    new Conv2D(30, kernel: 3, stride: 2),
                    new Subsampling2D(2),
                    new Tanh(),
                    new Conv2D(33, kernel: 1),
                    new LocalResponseNormalization(),
                ]
            ),
            "Winograd" => (
                new Shape(10, 9, 17),
                [
                    new Conv2D(32, kernel: 3, padding: Padding.Same),
                    new ReLU(),
                    new BatchNormalization(),
                    new Conv2D(34, kernel: 3, padding: Padding.Same),
                    new AveragePool2D(2, rounding: Rounding.Floor),
                ]
            ),
            "shared" => (
                new Shape(8, 6, 90),
                [
                    new Conv2D(96, kernel: 3, padding: Padding.Same),
                    new ReLU(),
                    new Conv2D(128, kernel: 3, stride: 2, padding: Padding.Same),
                    new Flatten(),
                    new Dense(90),
                    new ReLU(),
                    new Dense(1500),
                ]
            ),
            "residuals" => (
                new Shape(6, 5, 26),
                [
                    new Residual(
                        new Block(new Conv2D(30, kernel: 3, padding: 1), new ReLU(), new Conv2D(28, kernel: 1)),
                        new Conv2D(28, kernel: 1)
                    ),
                    new ReLU(),
                    new Residual(new Conv2D(28, kernel: 3, padding: 1, groups: 28)),
                    new BatchNormalization(),
                    new Residual(new Residual(new Conv2D(28, kernel: 3, padding: 1)), new Tanh()),
                    new ReLU(),
                ]
            ),
            "concatenations" => (
                new Shape(5, 7, 4),
                [
                    new Concatenation(
                        new Conv2D(5, kernel: 3, padding: 1),
                        new Block(new Conv2D(3, kernel: 1), new ReLU(), new Conv2D(4, kernel: 5, padding: 2)),
                        new Identity()
                    ),
                    new Concatenation(new Identity(), new Conv2D(6, kernel: 3, padding: 1), new Tanh()),
                    new Flatten(),
                    new Concatenation(new Dense(7), new Dense(4)),
                ]
            ),
            _ => (
                new Shape(8, 8, 1),
                (Layer[])
                    [
                        new Conv2D(3, kernel: 3),
                        new MappedConv2D(
                            new ConnectionTable([
                                [0, 1],
                                [1, 2],
                                [0, 2],
                                [0, 1, 2],
                            ]),
                            kernel: 3
                        ),
                        new ReLU(),
                    ]
            ),
        };
        return (Network.Sequential(layers).WithOutput(Classes, input), input);
    }

    /// <summary>Each layer alone, and all up to each; never all.</summary>
    private static IEnumerable<string[]> Choices(string[] layers)
    {
        foreach (string layer in layers)
        {
            yield return [layer];
        }

        for (int count = 2; count < layers.Length; count++)
        {
            yield return layers[..count];
        }
    }

    private static float[] Gradients(Network network, Shape input, int rows, int threads, string[] frozen, out ParameterTable table)
    {
        // A frozen batch normalization computes something else: here it is left to learn.
        string[] others = [.. frozen.Where(layer => !layer.StartsWith("batchNorm", StringComparison.Ordinal))];
        using ParameterStore store = Store(network, input, others);
        using TrainingPlan plan = new(Describe(network, input), store, PlanOptions.For(rows, threads, seed: 9));
        using PlanBatch batch = Examples.Create(rows, input, Classes).ToPlan(rows);
        plan.ComputeGradients(batch, step: 0);
        table = store.Table;
        return plan.Gradients.Span.ToArray();
    }

    private static void AssertGradient(ParameterStore store, TrainingPlan plan, InferencePlan inference, PlanBatch batch, string path)
    {
        ParameterSegment segment = store.Table[path];
        for (int i = 0; i < segment.Length; i += 11)
        {
            double expected = (Loss(i, 1e-2f) - Loss(i, -1e-2f)) / 2e-2;
            Assert.Equal(expected, plan.Gradients.Span[(int)segment.Offset + i], 2e-3);
        }

        double Loss(int i, float step)
        {
            float before = store[segment][i];
            store[segment][i] += step;
            inference.Prepare();
            BatchResult result = inference.Evaluate(batch);
            store[segment][i] = before;
            return result.WeightedLoss / result.TotalWeight;
        }
    }

    private static bool IsFrozen(ParameterSegment segment, string[] frozen) =>
        frozen.Any(layer =>
            !layer.StartsWith("batchNorm", StringComparison.Ordinal) && segment.Path.StartsWith(layer + "/", StringComparison.Ordinal)
        );

    private static ParameterStore Store(Network network, Shape input, string[] frozen)
    {
        using ParameterStore start = ParameterStore.Initialize(network, input, seed: 4);
        ParameterTable table = new(
            start.Table.Segments.Select(segment =>
                segment with
                {
                    Frozen = frozen.Any(layer => segment.Path.StartsWith(layer + "/", StringComparison.Ordinal)),
                }
            )
        );
        ParameterStore store = new(table);
        store.TakeOver(start);
        return store;
    }

    private static void Fill(ParameterStore store, string layer)
    {
        foreach (
            (string name, float center) in new[] { ("weight", 1.2f), ("bias", 0.3f), ("runningMean", 0.2f), ("runningVariance", 0.7f) }
        )
        {
            Span<float> values = store[$"{layer}/{name}"];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = center * (1 + 0.1f * i);
            }
        }
    }

    private static ModelDescription Describe(Network network, Shape input) =>
        new(network, input, PixelOrder.Interleaved, PixelNormalization.None(input.Channels), ModelOutput.Softmax, []);
}
