using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class OptimizerTests
{
    private const float Rate = 0.05f;
    private static readonly double[] gradients = [1, -0.5, 0.25, 2, -1, 0.75, 0.125, -0.25, 1.5, -2];

    public static TheoryData<Optimizer> All =>
        [
            new Sgd(momentum: 0),
            new Sgd(momentum: 0, weightDecay: 0.1f),
            new Sgd(),
            new Sgd(weightDecay: 0.1f),
            new Sgd(nesterov: true, weightDecay: 0.1f),
            new Adam(),
            new Adam(weightDecay: 0.1f),
            new AdamW(weightDecay: 0.1f),
        ];

    // A parameter of 1, the ten gradients above, a rate of 0.05; worked out by hand from PyTorch's documented pseudocode in exact arithmetic.
    [Fact]
    public void Sgd_takes_ten_known_steps()
    {
        double[] expected = [0.9500000, 0.9300000, 0.8995000, 0.7720500, 0.7073450, 0.6116105, 0.5191994, 0.4485295, 0.3099266, 0.2851839];
        AssertCourse(expected, Course(new Sgd(), InstructionSet.Scalar));
    }

    [Fact]
    public void Nesterov_takes_ten_known_steps()
    {
        double[] expected = [0.8955000, 0.8899428, 0.8342665, 0.6014871, 0.5750257, 0.4322044, 0.3240219, 0.2548994, 0.0379757, 0.1010306];
        AssertCourse(expected, Course(new Sgd(nesterov: true, weightDecay: 0.1f), InstructionSet.Scalar));
    }

    [Fact]
    public void Adam_takes_ten_known_steps()
    {
        double[] expected = [0.9500000, 0.9314231, 0.9086612, 0.8741680, 0.8565152, 0.8340072, 0.8124707, 0.7950554, 0.7694255, 0.7625302];
        AssertCourse(expected, Course(new Adam(weightDecay: 0.1f), InstructionSet.Scalar));
    }

    [Fact]
    public void AdamW_takes_ten_known_steps()
    {
        double[] expected = [0.9450000, 0.9269581, 0.9053019, 0.8686308, 0.8502295, 0.8268938, 0.8049042, 0.7875655, 0.7612537, 0.7541432];
        AssertCourse(expected, Course(new AdamW(weightDecay: 0.1f), InstructionSet.Scalar));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_width_agrees_with_the_reference_on_every_element(Optimizer optimizer)
    {
        foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>())
        {
            // Odd lengths on both sides of every width.
            using OptimizerBench bench = new(optimizer, instructionSet, threads: 1, Segment("w", 0, 37), Segment("v", 48, 3));
            bench.Run(gradients, Rate);
            foreach (ParameterSegment segment in bench.Store.Table.Segments)
            {
                Span<float> values = bench.Store[segment];
                for (int i = 0; i < values.Length; i++)
                {
                    double[] own = OptimizerBench.GradientsOf(gradients, segment.Offset + i);
                    double expected = OptimizerReference.Run(optimizer, OptimizerBench.StartOf(segment.Offset + i), own, Rate)[^1];
                    Assert.Equal(expected, values[i], 2e-5);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Widths_and_threads_do_not_change_a_bit(Optimizer optimizer)
    {
        // More than two pieces of the cut.
        ParameterSegment[] segments = [Segment("w", 0, 40_001), Segment("v", 40_016, 5)];
        using OptimizerBench expected = new(optimizer, InstructionSet.Scalar, threads: 1, segments);
        expected.Run(gradients, Rate);
        foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>())
        {
            foreach (int threads in new[] { 1, 2, 5 })
            {
                using OptimizerBench actual = new(optimizer, instructionSet, threads, segments);
                actual.Run(gradients, Rate);
                Assert.True(expected.Store.Parameters.Span.SequenceEqual(actual.Store.Parameters.Span), $"{instructionSet}, {threads}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_segments_that_decay_are_decayed(Optimizer optimizer)
    {
        using OptimizerBench bench = new(optimizer, SimdDispatch.Best, 1, Segment("w", 0, 1), Segment("b", 16, 1) with { Decay = false });
        float start = bench.Store["b"][0] = bench.Store["w"][0];
        bench.Step(0, Rate);
        Assert.Equal(start, bench.Store["b"][0]);
        Assert.Equal(optimizer.WeightDecay > 0, bench.Store["w"][0] < start);
    }

    [Fact]
    public void A_frozen_segment_stays_and_a_multiplied_rate_multiplies()
    {
        using OptimizerBench bench = new(
            new Sgd(momentum: 0),
            SimdDispatch.Best,
            1,
            Segment("frozen", 0, 5) with
            {
                Frozen = true,
            },
            Segment("slow", 16, 5) with
            {
                RateMultiplier = 0.5f,
            }
        );
        bench.Store.Parameters.Span.Fill(1);
        bench.Step(gradient: 1, rate: 0.25f);
        Assert.Equal([1, 1, 1, 1, 1], bench.Store["frozen"].ToArray());
        Assert.Equal([0.875f, 0.875f, 0.875f, 0.875f, 0.875f], bench.Store["slow"].ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_allocates_nothing(Optimizer optimizer)
    {
        using OptimizerBench bench = new(optimizer, SimdDispatch.Best, threads: 1, Segment("w", 0, 40_001));
        bench.Step(1, Rate);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bench.Step(1, Rate);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_by_name()
    {
        Assert.Equal("momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(momentum: 1)).ParamName);
        Assert.Equal("nesterov", Assert.Throws<ArgumentException>(() => new Sgd(momentum: 0, nesterov: true)).ParamName);
        Assert.Equal("weightDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(weightDecay: -1)).ParamName);
        Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: float.NaN)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(epsilon: 0)).ParamName);
    }

    private static ParameterSegment Segment(string path, long offset, int length) =>
        new(path, ParameterKind.Trainable, offset, [length], Decay: true);

    private static double[] Course(Optimizer optimizer, InstructionSet instructionSet)
    {
        using OptimizerBench bench = new(optimizer, instructionSet, threads: 1, Segment("w", 0, 1));
        bench.Store["w"][0] = 1;
        return
        [
            .. gradients.Select(gradient =>
            {
                bench.Step((float)gradient, Rate);
                return (double)bench.Store["w"][0];
            }),
        ];
    }

    private static void AssertCourse(double[] expected, double[] actual)
    {
        Assert.Equal(10, expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 2e-6);
        }
    }

    /// <summary>An optimizer on parameters of its own.</summary>
    private sealed class OptimizerBench : IDisposable
    {
        private readonly AlignedBuffer gradientBuffer;
        private readonly WorkerPool pool;
        private readonly OptimizerState state;

        public OptimizerBench(Optimizer optimizer, InstructionSet instructionSet, int threads, params ParameterSegment[] segments)
        {
            Store = new ParameterStore(new ParameterTable(segments));
            gradientBuffer = new AlignedBuffer(Store.Table.TrainableLength);
            pool = new WorkerPool(threads);
            state = OptimizerState.Create(optimizer, new OptimizerTarget(Store, gradientBuffer, pool, Fused: []), instructionSet);
            for (int i = 0; i < Store.Parameters.Length; i++)
            {
                Store.Parameters.Span[i] = (float)StartOf(i);
            }
        }

        public ParameterStore Store { get; }

        public static double StartOf(long element) => (float)(1 - 0.01 * (element % 50));

        public static double[] GradientsOf(double[] gradients, long element) =>
            [.. gradients.Select(gradient => (double)(float)(gradient * (1 + element % 7)))];

        public void Run(double[] gradients, float rate)
        {
            foreach (double gradient in gradients)
            {
                for (int i = 0; i < gradientBuffer.Length; i++)
                {
                    gradientBuffer.Span[i] = (float)(gradient * (1 + i % 7));
                }

                state.Begin(rate);
                state.Step();
            }
        }

        public void Step(float gradient, float rate)
        {
            gradientBuffer.Span.Fill(gradient);
            state.Begin(rate);
            state.Step();
        }

        public void Dispose()
        {
            state.Dispose();
            pool.Dispose();
            gradientBuffer.Dispose();
            Store.Dispose();
        }
    }
}
