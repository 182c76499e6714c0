using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tests.Conformance;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Optimizers;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Training;

/// <summary>A step whose optimizer takes gradients while they are made, beside one that computes all of them first.</summary>
public class FusedUpdateTests
{
    private const int Classes = 5;
    private const int Steps = 3;
    private const float Rate = 0.01f;

    private static readonly Shape input = new(6, 6, 3);

    // Small dense layers, and one of more than 128 K weights.
    private static readonly Network network = Network
        .Sequential(
            new Conv2D(4, kernel: 3),
            new Flatten(),
            new Dense(45, bias: false),
            new ReLU(),
            new Dropout(0.3f),
            new Dense(3000),
            new ReLU()
        )
        .WithOutput(Classes, input);

    private static readonly ModelDescription model = new(
        network,
        input,
        PixelOrder.Interleaved,
        PixelNormalization.None(3),
        ModelOutput.Softmax,
        []
    );

    public static TheoryData<Optimizer> Optimizers =>
        [
            new Sgd(momentum: 0, weightDecay: 0.1f),
            new Sgd(weightDecay: 0.1f),
            new Sgd(nesterov: true),
            new Adam(weightDecay: 0.1f),
            new AdamW(weightDecay: 0.1f),
            new RMSProp(weightDecay: 0.1f, momentum: 0.9f, centered: true),
            new AdaGrad(weightDecay: 0.1f),
        ];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Weights_are_the_same_bits_as_after_separate_steps(Optimizer optimizer)
    {
        // Few enough rows for weights to be streamed both ways, one way and not at all.
        foreach (int rows in new[] { 5, 20, 40 })
        {
            float[] expected = Separate(optimizer, rows, freeze: null);
            foreach (int threads in new[] { 1, 2, 3 })
            {
                Assert.Equal(expected, Fused(optimizer, rows, threads, freeze: null));
            }
        }
    }

    [Fact]
    public void A_frozen_segment_stays_as_it_is()
    {
        float[] expected = Separate(new Sgd(), 5, freeze: "dense2/weight");
        Assert.Equal(expected, Fused(new Sgd(), 5, threads: 2, freeze: "dense2/weight"));
        using ParameterStore start = Store(freeze: null);
        ParameterSegment frozen = start.Table["dense2/weight"];
        Assert.Equal(start[frozen].ToArray(), expected.AsSpan((int)frozen.Offset, (int)frozen.Length).ToArray());
    }

    [Fact]
    public void Gradients_that_are_applied_at_once_are_never_written()
    {
        using ParameterStore store = Store(freeze: null);
        using TrainingPlan plan = new(model, store, Options(5, threads: 1));
        Assert.Equal(3, plan.Fused.Count);
        using OptimizerState state = State(new Sgd(), store, plan, plan.Fused);
        using PlanBatch batch = Batch(5);
        state.Begin(Rate);
        plan.ComputeGradients(batch, step: 0, state);
        foreach (ParameterSegment segment in plan.Fused)
        {
            Assert.All(plan.Gradients.Span.Slice((int)segment.Offset, (int)segment.Length).ToArray(), value => Assert.Equal(0, value));
        }

        plan.ComputeGradients(batch, step: 0);
        foreach (ParameterSegment segment in plan.Fused)
        {
            Assert.Contains(plan.Gradients.Span.Slice((int)segment.Offset, (int)segment.Length).ToArray(), value => value != 0);
        }
    }

    [Fact]
    public void A_step_whose_loss_is_no_number_changes_no_parameter()
    {
        using ParameterStore store = Store(freeze: null);
        float[] before = store.Parameters.Span.ToArray();
        using Learner learner = new(model, store, new Sgd(), Options(5, threads: 2));
        using PlanBatch batch = Batch(5);
        batch.Row(1)[7] = float.NaN;
        Assert.False(double.IsFinite(learner.Step(batch, Rate).WeightedLoss));
        Assert.Equal(before, store.Parameters.Span.ToArray());
    }

    private static float[] Fused(Optimizer optimizer, int rows, int threads, string? freeze)
    {
        using ParameterStore store = Store(freeze);
        using Learner learner = new(model, store, optimizer, Options(rows, threads));
        using PlanBatch batch = Batch(rows);
        for (int step = 0; step < Steps; step++)
        {
            learner.Step(batch, Rate);
        }

        return store.Parameters.Span.ToArray();
    }

    private static float[] Separate(Optimizer optimizer, int rows, string? freeze)
    {
        using ParameterStore store = Store(freeze);
        using TrainingPlan plan = new(model, store, Options(rows, threads: 1));
        using OptimizerState state = State(optimizer, store, plan, fused: []);
        using PlanBatch batch = Batch(rows);
        for (int step = 0; step < Steps; step++)
        {
            plan.ComputeGradients(batch, step);
            state.Begin(Rate);
            state.Step();
        }

        return store.Parameters.Span.ToArray();
    }

    private static OptimizerState State(
        Optimizer optimizer,
        ParameterStore store,
        TrainingPlan plan,
        IReadOnlyCollection<ParameterSegment> fused
    ) => OptimizerState.Create(optimizer, new OptimizerTarget(store, plan.Gradients, plan.Pool, fused), SimdDispatch.Best);

    private static ParameterStore Store(string? freeze)
    {
        using ParameterStore start = ParameterStore.Initialize(network, input, seed: 4);
        ParameterTable table = new(start.Table.Segments.Select(segment => segment with { Frozen = segment.Path == freeze }));
        ParameterStore store = new(table);
        start.Parameters.Span.CopyTo(store.Parameters.Span);
        return store;
    }

    private static PlanOptions Options(int batchSize, int threads) => PlanOptions.For(batchSize, threads, seed: 9);

    private static PlanBatch Batch(int rows) => Examples.Create(rows, input, Classes).ToPlan(rows);
}
