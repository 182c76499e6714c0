using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>A plan, compiled: phases to run, and the memory they run in. It no longer knows what vectors it was compiled for.</summary>
internal sealed class PlanProgram : IDisposable
{
    private readonly Arena[] arenas;
    private readonly Phase[] prepare;
    private readonly Phase[] score;
    private readonly Phase[] loss;
    private readonly Func<BatchResult> result;

    private PlanProgram(
        Arena[] arenas,
        LiveBatch live,
        IEnumerable<Phase> prepare,
        IEnumerable<Phase> score,
        IEnumerable<Phase> loss,
        Func<BatchResult> result
    )
    {
        this.arenas = arenas;
        this.prepare = [.. prepare];
        this.score = [.. score];
        this.loss = [.. loss];
        this.result = result;
        Live = live;
    }

    public LiveBatch Live { get; }

    /// <summary>Adds up the gradients of parameters.</summary>
    private Phase[] Reduce { get; init; } = [];

    /// <summary>Segments whose gradients an update takes as they are made.</summary>
    public IReadOnlyList<ParameterSegment> Fused { get; private init; } = [];

    /// <summary>Names what the order of all sums follows from; of a plan that trains.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Bytes of all memory: values, gradients of values, prepared parameters, workspace.</summary>
    public long Bytes => arenas.Sum(arena => arena.Bytes);

    /// <summary>Sums of the latest batch whose loss was computed.</summary>
    public BatchResult Result => result();

    /// <summary>Forward, loss, backward and the sums of gradients.</summary>
    public static PlanProgram ForTraining(ModelDescription model, ParameterStore store, AlignedBuffer gradients, PlanOptions options) =>
        SimdDispatch.Run(options.InstructionSet, new TrainingCompiler(model, store, gradients, options));

    /// <summary>Forward, to scores or to a loss.</summary>
    /// <param name="model">The network.</param>
    /// <param name="store">Its parameters.</param>
    /// <param name="options">What to compile for.</param>
    /// <param name="provide">Gives memory to the arena of prepared parameters of a plan of the kind that the text names.</param>
    public static PlanProgram ForInference(
        ModelDescription model,
        ParameterStore store,
        PlanOptions options,
        Action<string, Arena> provide
    ) => SimdDispatch.Run(options.InstructionSet, new InferenceCompiler(model, store, options, provide));

    public void Prepare(WorkerPool pool) => Run(prepare, pool);

    public void Score(WorkerPool pool) => Run(score, pool);

    /// <summary>The loss and, in a plan that trains, all gradients. If the loss is no number, an update that came with the batch is left out, and running statistics stay.</summary>
    public void Loss(WorkerPool pool)
    {
        Run(loss, pool);
        Live.IsRefused = !double.IsFinite(Result.WeightedLoss);
        if (Live.IsRefused)
        {
            Live.Update = null;
        }

        Run(Reduce, pool);
    }

    public void Dispose()
    {
        foreach (Arena arena in arenas)
        {
            arena.Dispose();
        }
    }

    private void Run(Phase[] phases, WorkerPool pool)
    {
        foreach (Phase phase in phases)
        {
            phase.Run(pool, Live.Count);
        }
    }

    private sealed class TrainingCompiler(ModelDescription model, ParameterStore store, AlignedBuffer gradients, PlanOptions options)
        : IVectorFactory<PlanProgram>
    {
        public PlanProgram Create<V>()
            where V : struct, IVector<V>
        {
            PlanPasses<V> passes = new(
                new PlanContext<V>(model, store.Table, options, training: true) { Store = store, Gradients = gradients }
            );
            passes.Context.Arena.Allocate();
            return new PlanProgram(
                [passes.Context.Arena],
                passes.Context.Live,
                prepare: [],
                score: [],
                loss: [.. passes.Prepare, .. passes.Sequence([.. passes.Forward, .. passes.Loss.Forward, .. passes.Backward])],
                () => passes.Loss.Result
            )
            {
                Reduce = [.. passes.Reduce],
                Fused = passes.Context.Fused,
                Name = $"{passes.Context.Kind} in {passes.Context.Slicing}",
            };
        }
    }

    private sealed class InferenceCompiler(ModelDescription model, ParameterStore store, PlanOptions options, Action<string, Arena> provide)
        : IVectorFactory<PlanProgram>
    {
        public PlanProgram Create<V>()
            where V : struct, IVector<V>
        {
            PlanPasses<V> passes = new(new PlanContext<V>(model, store.Table, options, training: false) { Store = store });
            passes.Context.Arena.Allocate();
            provide(passes.Context.Kind, passes.Context.Prepared);
            return new PlanProgram(
                [passes.Context.Arena, passes.Context.Prepared],
                passes.Context.Live,
                passes.Prepare,
                score: passes.Sequence([.. passes.Forward, .. passes.Score.Forward]),
                loss: passes.Sequence([.. passes.Forward, .. passes.Loss.Forward]),
                () => passes.Loss.Result
            );
        }
    }
}
