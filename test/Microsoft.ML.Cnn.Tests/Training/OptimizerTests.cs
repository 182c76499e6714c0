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
            new Sgd(weightDecay: 0.1f) { RateInVelocity = true },
            new Sgd(nesterov: true, weightDecay: 0.1f) { RateInVelocity = true },
            new RMSProp(),
            new RMSProp(weightDecay: 0.1f, momentum: 0.9f),
            new RMSProp(alpha: 0.9f, centered: true),
            new RMSProp(alpha: 0.9f, weightDecay: 0.1f, momentum: 0.9f, centered: true),
            new AdaGrad(),
            new AdaGrad(rateDecay: 0.1f, initialAccumulator: 0.5f, weightDecay: 0.1f),
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

    // Krizhevsky et al. 2012, section 5, with a rate that drops to a tenth after four steps: the velocity still bears the old one.
    [Fact]
    public void Sgd_with_the_rate_in_its_velocity_takes_ten_known_steps()
    {
        double[] expected = [0.9450000, 0.9157750, 0.8723936, 0.7289884, 0.6045592, 0.4885207, 0.3832168, 0.2895016, 0.1975132, 0.1246249];
        Sgd optimizer = new(weightDecay: 0.1f) { RateInVelocity = true };
        AssertCourse(expected, Course(optimizer, InstructionSet.Scalar, step => step < 4 ? Rate : Rate / 10));
    }

    [Fact]
    public void RMSProp_takes_ten_known_steps()
    {
        double[] expected = [0.5000000, 0.6901326, 0.5593791, 0.1288166, 0.3206791, 0.1745736, 0.1478639, 0.1920138, -0.0566296, 0.2187420];
        AssertCourse(expected, Course(new RMSProp(weightDecay: 0.1f), InstructionSet.Scalar));
    }

    [Fact]
    public void RMSProp_centered_with_momentum_takes_ten_known_steps()
    {
        double[] expected =
        [
            0.8333333,
            0.7427423,
            0.6138274,
            0.3453846,
            0.1687861,
            -0.0428288,
            -0.2420148,
            -0.4008650,
            -0.6415593,
            -0.7550226,
        ];
        RMSProp optimizer = new(alpha: 0.9f, weightDecay: 0.1f, momentum: 0.9f, centered: true);
        AssertCourse(expected, Course(optimizer, InstructionSet.Scalar));
    }

    [Fact]
    public void AdaGrad_takes_ten_known_steps()
    {
        double[] expected = [0.9579404, 0.9713640, 0.9611207, 0.9292220, 0.9412865, 0.9312900, 0.9288756, 0.9305098, 0.9168749, 0.9302135];
        AssertCourse(expected, Course(new AdaGrad(rateDecay: 0.1f, initialAccumulator: 0.5f, weightDecay: 0.1f), InstructionSet.Scalar));
    }

    // Rounding leaves the mean of equal squares a little below the square of their mean.
    [Fact]
    public void Centered_RMSProp_of_equal_gradients_stays_a_number()
    {
        using OptimizerBench bench = new(new RMSProp(centered: true), SimdDispatch.Best, threads: 1, Segment("w", 0, 37));
        for (int step = 0; step < 4_000; step++)
        {
            bench.Step(0.1f, rate: 1e-9f);
        }

        Assert.All(bench.Store["w"].ToArray(), value => Assert.True(float.IsFinite(value)));
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

    [Theory]
    [MemberData(nameof(All))]
    public void All_segments_are_decayed_where_that_is_asked_for(Optimizer optimizer)
    {
        optimizer = optimizer with { DecaysAllParameters = true };
        using OptimizerBench bench = new(optimizer, SimdDispatch.Best, 1, Segment("w", 0, 1), Segment("b", 16, 1) with { Decay = false });
        bench.Store["b"][0] = bench.Store["w"][0];
        bench.Step(0, Rate);
        Assert.Equal(bench.Store["w"][0], bench.Store["b"][0]);
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
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSProp(alpha: 1)).ParamName);
        Assert.Equal("momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSProp(momentum: -1)).ParamName);
        Assert.Equal("rateDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new AdaGrad(rateDecay: -1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new AdaGrad(epsilon: 0)).ParamName);
    }

    private static ParameterSegment Segment(string path, long offset, int length) =>
        new(path, ParameterKind.Trainable, offset, [length], Decay: true);

    private static double[] Course(Optimizer optimizer, InstructionSet instructionSet, Func<int, float>? rate = null)
    {
        using OptimizerBench bench = new(optimizer, instructionSet, threads: 1, Segment("w", 0, 1));
        bench.Store["w"][0] = 1;
        return
        [
            .. gradients.Select(
                (gradient, step) =>
                {
                    bench.Step((float)gradient, rate?.Invoke(step) ?? Rate);
                    return (double)bench.Store["w"][0];
                }
            ),
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
