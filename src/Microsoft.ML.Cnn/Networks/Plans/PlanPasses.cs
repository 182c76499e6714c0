using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Networks.Plans.Steps;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>The steps of a plan, with places for all their values, and the passes they consist of.</summary>
internal sealed class PlanPasses<V>
    where V : struct, IVector<V>
{
    private readonly InputStep<V> input;
    private readonly Step[] steps;

    public PlanPasses(PlanContext<V> context)
    {
        Context = context;
        input = new InputStep<V>(context, context.Graph.Input);
        steps =
        [
            .. context.Operations.Select(operation => SummedGradients<V>.Of(context, operation, StepFactory.Create(context, operation))),
        ];
        Loss = LossStep<V>.Create(context, context.Output);
        Score = new ScoreStep<V>(context, context.Output);
        PlanMemory.Reserve(context, input, steps, Loss);
        context.Workspace.Reserve(context.Arena);
    }

    public PlanContext<V> Context { get; }

    /// <summary>In the order of the context's operations.</summary>
    public IReadOnlyList<Step> Steps => steps;

    public LossStep<V> Loss { get; }

    public ScoreStep<V> Score { get; }

    /// <summary>What depends on the parameters alone.</summary>
    public IEnumerable<Phase> Prepare => Phase.Together(input.Prepare.Concat(steps.SelectMany(step => step.Prepare)));

    public IEnumerable<Pass> Forward =>
        [
            .. Into(Context[Context.Graph.Input], input.Forward),
            .. steps.SelectMany((step, i) => Into(Context[Context.Operations[i].Operation.Output], step.Forward)),
        ];

    public IEnumerable<Pass> Backward =>
        steps
            .Select(
                (step, i) =>
                    Context.InputGradients(Context.Operations[i]).Aggregate(step.Backward, (passes, gradient) => Into(gradient, passes))
            )
            .Reverse()
            .SelectMany(passes => passes);

    /// <summary>The sums over shards.</summary>
    public IEnumerable<Phase> Reduce => Phase.Together(steps.SelectMany(step => step.Reduce));

    public List<Phase> Sequence(IEnumerable<Pass> passes) => Phase.Sequence(passes, Context.Slicing);

    /// <summary>Passes that make a value, after its halo has been cleared where that is necessary.</summary>
    private static IEnumerable<Pass> Into(Blob? value, IEnumerable<Pass> passes) =>
        value is { HaloIsOverwritten: true } ? passes.Prepend(new SlicePass(value.ClearHalo)) : passes;
}
