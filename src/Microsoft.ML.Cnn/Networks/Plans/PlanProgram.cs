using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Steps;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>A plan, compiled: phases to run, and the arena they run in. It no longer knows what vectors it was compiled for.</summary>
internal sealed class PlanProgram : IDisposable
{
    private readonly Arena arena;
    private readonly Phase[] prepare;
    private readonly Phase[] score;
    private readonly Phase[] loss;
    private readonly Func<BatchResult> result;

    private PlanProgram(
        Arena arena,
        LiveBatch live,
        IEnumerable<Phase> prepare,
        IEnumerable<Phase> score,
        IEnumerable<Phase> loss,
        Func<BatchResult> result
    )
    {
        this.arena = arena;
        this.prepare = [.. prepare];
        this.score = [.. score];
        this.loss = [.. loss];
        this.result = result;
        Live = live;
    }

    public LiveBatch Live { get; }

    /// <summary>Bytes of the arena.</summary>
    public long Bytes => arena.Bytes;

    /// <summary>Sums of the latest batch whose loss was computed.</summary>
    public BatchResult Result => result();

    /// <summary>Forward, loss, backward and the sums of gradients.</summary>
    public static PlanProgram ForTraining(ModelDescription model, ParameterStore store, AlignedBuffer gradients, PlanOptions options) =>
        SimdDispatch.Run(options.InstructionSet, new Compiler(model, store, gradients, options));

    /// <summary>Forward, to scores or to a loss.</summary>
    public static PlanProgram ForInference(ModelDescription model, ParameterStore store, PlanOptions options) =>
        SimdDispatch.Run(options.InstructionSet, new Compiler(model, store, null, options));

    public void Prepare(WorkerPool pool) => Run(prepare, pool);

    public void Score(WorkerPool pool) => Run(score, pool);

    /// <summary>The loss and, in a plan that trains, all gradients.</summary>
    public void Loss(WorkerPool pool) => Run(loss, pool);

    public void Dispose() => arena.Dispose();

    private void Run(Phase[] phases, WorkerPool pool)
    {
        foreach (Phase phase in phases)
        {
            phase.Run(pool, Live.Count);
        }
    }

    private sealed class Compiler(ModelDescription model, ParameterStore store, AlignedBuffer? gradients, PlanOptions options)
        : IVectorFactory<PlanProgram>
    {
        public PlanProgram Create<V>()
            where V : struct, IVector<V>
        {
            PlanContext<V> context = new(model, store, options, training: gradients != null) { Gradients = gradients };
            InputStep<V> input = new(context, context.Graph.Input);
            Step[] steps = [.. context.Operations.Select(operation => StepFactory.Create(context, operation))];
            LossStep<V> loss = new(context, context.Output);
            ScoreStep<V> score = new(context, context.Output);

            Pass[] forward = [.. input.Forward, .. steps.SelectMany(step => step.Forward)];
            List<Phase> prepare = [.. Phase.Together(input.Prepare.Concat(steps.SelectMany(step => step.Prepare)))];
            List<Phase> scoring = Phase.Sequence([.. forward, .. score.Forward], context.Slicing);
            List<Phase> training =
            [
                .. prepare,
                .. Phase.Sequence([.. forward, .. loss.Forward, .. BackwardOf(steps, context)], context.Slicing),
            ];
            if (context.IsTraining)
            {
                training.AddRange(Phase.Together(steps.SelectMany(step => step.Reduce)));
            }

            PlanMemory.Reserve(context, steps);
            context.Arena.Allocate();
            return new PlanProgram(
                context.Arena,
                context.Live,
                prepare,
                scoring,
                context.IsTraining ? training : training[prepare.Count..],
                () => loss.Result
            );
        }

        private static IEnumerable<Pass> BackwardOf<V>(Step[] steps, PlanContext<V> context)
            where V : struct, IVector<V> => context.IsTraining ? steps.Reverse().SelectMany(step => step.Backward) : [];
    }
}
