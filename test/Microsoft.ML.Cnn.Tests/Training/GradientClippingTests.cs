using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Conformance;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Optimizers;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class GradientClippingTests
{
    private const float Rate = 0.5f;
    private const int Classes = 5;
    private const int Rows = 20;

    private static readonly Shape input = new(6, 6, 3);
    private static readonly Network network = Network
        .Sequential(new Conv2D(4, kernel: 3), new Flatten(), new Dense(45), new ReLU(), new Dense(3000), new ReLU())
        .WithOutput(Classes, input);

    private static readonly ModelDescription model = new(
        network,
        input,
        PixelOrder.Interleaved,
        PixelNormalization.None(3),
        ModelOutput.Softmax,
        []
    );

    // Gradients 3, 4 and 12 have the norm 13.
    [Theory]
    [InlineData(13f, 3f, 4f, 12f)]
    [InlineData(20f, 3f, 4f, 12f)]
    [InlineData(6.5f, 1.5f, 2f, 6f)]
    public void A_norm_that_is_too_great_shrinks_all_gradients_by_one_factor(float norm, float first, float second, float third)
    {
        float[] steps = Steps(new ClipByNorm(norm), [3, 4, 12], frozen: 0);
        Assert.Equal(first, steps[0], 1e-5f);
        Assert.Equal(second, steps[1], 1e-5f);
        Assert.Equal(third, steps[2], 1e-5f);
    }

    [Fact]
    public void What_is_frozen_does_not_count_for_the_norm() =>
        Assert.Equal([1.5f, 2f], Steps(new ClipByNorm(2.5f), [3, 4, 12], frozen: 1)[..2], (a, b) => Math.Abs(a - b) < 1e-5f);

    [Fact]
    public void Values_are_brought_into_the_range() =>
        Assert.Equal([2.5f, -2.5f, 1f, -1f, 2.5f], Steps(new ClipByValue(2.5f), [7, -7, 1, -1, 2.5f], frozen: 0));

    [Fact]
    public void A_value_that_is_no_number_stays_none() => Assert.True(float.IsNaN(Steps(new ClipByValue(1), [float.NaN], frozen: 0)[0]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1003)]
    public unsafe void Squares_are_summed_up_in_double_precision(int length)
    {
        float[] values = [.. Enumerable.Range(0, length).Select(i => 1e4f + MathF.Sin(i))];
        fixed (float* first = values)
        {
            double expected = values.Sum(value => (double)value * value);
            Assert.Equal(expected, SumOfSquares.Of(first, length), expected * 1e-13);
        }
    }

    public static TheoryData<GradientClipping> Clippings => [new ClipByNorm(0.01f), new ClipByNorm(1e6f), new ClipByValue(1e-3f)];

    [Theory]
    [MemberData(nameof(Clippings))]
    public void Weights_are_the_same_bits_on_every_number_of_threads_and_as_after_separate_steps(GradientClipping clipping)
    {
        float[] expected = Separate(clipping);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Assert.Equal(expected, Learned(clipping, threads));
        }
    }

    [Fact]
    public void Clipping_changes_what_is_learned()
    {
        float[] free = Learned(clipping: null, threads: 1);
        Assert.NotEqual(free, Learned(new ClipByNorm(0.01f), threads: 1));
        Assert.NotEqual(free, Learned(new ClipByValue(1e-3f), threads: 1));
        Assert.Equal(free, Learned(new ClipByNorm(1e6f), threads: 1));
        Assert.Equal(free, Learned(new ClipByValue(1e6f), threads: 1));
    }

    [Fact]
    public void Limits_out_of_range_are_refused_by_name()
    {
        Assert.Equal("norm", Assert.Throws<ArgumentOutOfRangeException>(() => new ClipByNorm(0)).ParamName);
        Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(() => new ClipByValue(float.NaN)).ParamName);
    }

    /// <summary>How far a step at rate 1 goes down, parameter by parameter; the last few of them frozen.</summary>
    private static float[] Steps(GradientClipping clipping, float[] gradients, int frozen)
    {
        using ParameterStore store = new(
            new ParameterTable(
                gradients.Select(
                    (_, i) =>
                        new ParameterSegment($"p{i}", ParameterKind.Trainable, i * AlignedBuffer.Line, [1], Decay: false)
                        {
                            Frozen = i >= gradients.Length - frozen,
                        }
                )
            )
        );
        using AlignedBuffer buffer = new(store.Table.TrainableLength);
        using WorkerPool pool = new(2);
        for (int i = 0; i < gradients.Length; i++)
        {
            buffer.Span[i * AlignedBuffer.Line] = gradients[i];
        }

        OptimizerTarget target = new(store, buffer, pool, Fused: [], clipping);
        using OptimizerState state = OptimizerState.Create(new Sgd(momentum: 0), target, SimdDispatch.Best);
        state.Begin(1);
        state.Step();
        return [.. gradients.Select((_, i) => -store[$"p{i}"][0])];
    }

    private static float[] Learned(GradientClipping? clipping, int threads)
    {
        using ParameterStore store = ParameterStore.Initialize(network, input, seed: 4);
        using Learner learner = new(model, store, new Sgd(), Options(threads), clipping);
        using PlanBatch batch = Batch();
        for (int step = 0; step < 3; step++)
        {
            learner.Step(batch, Rate);
        }

        return store.Parameters.Span.ToArray();
    }

    private static float[] Separate(GradientClipping clipping)
    {
        using ParameterStore store = ParameterStore.Initialize(network, input, seed: 4);
        using TrainingPlan plan = new(model, store, Options(threads: 1));
        OptimizerTarget target = new(store, plan.Gradients, plan.Pool, Fused: [], clipping);
        using OptimizerState state = OptimizerState.Create(new Sgd(), target, SimdDispatch.Best);
        using PlanBatch batch = Batch();
        for (int step = 0; step < 3; step++)
        {
            plan.ComputeGradients(batch, step);
            state.Begin(Rate);
            state.Step();
        }

        return store.Parameters.Span.ToArray();
    }

    private static PlanOptions Options(int threads) => PlanOptions.For(Rows, threads, seed: 9);

    private static PlanBatch Batch() => Examples.Create(Rows, input, Classes).ToPlan(Rows);
}
