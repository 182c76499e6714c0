using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Networks.Plans.Steps;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Training.Optimizers;

namespace Microsoft.ML.Cnn.Benchmarks.Layers;

/// <summary>One layer of a training plan, whose passes run again and again.</summary>
internal interface IPlannedLayer : IDisposable
{
    /// <summary>A batch through the layer.</summary>
    void Forward();

    /// <summary>All gradients of the layer, from that of its output; where a plan fuses the optimizer with them, its step.</summary>
    void Backward();
}

/// <summary>Compiles the plan.</summary>
internal sealed class PlannedLayerFactory(LayerCase layer, InstructionSet set, int threads) : IVectorFactory<IPlannedLayer>
{
    public static IPlannedLayer Create(LayerCase layer, InstructionSet set, int threads) =>
        SimdDispatch.Run(set, new PlannedLayerFactory(layer, set, threads));

    public IPlannedLayer Create<V>()
        where V : struct, IVector<V> => new PlannedLayer<V>(layer, new PlanOptions(layer.Batch, threads, set));
}

/// <inheritdoc cref="IPlannedLayer"/>
internal sealed class PlannedLayer<V> : IPlannedLayer
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly WorkerPool pool;
    private readonly Batch batch;
    private readonly OptimizerState optimizer;
    private readonly Phase[] forward;
    private readonly Phase[] backward;

    public PlannedLayer(LayerCase layer, PlanOptions options)
    {
        ModelDescription model = new(
            layer.Network,
            layer.Input,
            PixelOrder.Interleaved,
            PixelNormalization.None(layer.Input.Channels),
            ModelOutput.Softmax,
            []
        );
        ParameterStore store = ParameterStore.Initialize(layer.Network, layer.Input, seed: 1);
        context = new PlanContext<V>(model, store.Table, options, training: true)
        {
            Store = store,
            Gradients = new AlignedBuffer(store.Table.TrainableLength),
        };
        pool = new WorkerPool(options.Threads);

        InputStep<V> input = new(context, context.Graph.Input);
        Step[] steps = [.. context.Operations.Select(operation => StepFactory.Create(context, operation))];
        LossStep<V> loss = LossStep<V>.Create(context, context.Output);
        PlanMemory.Reserve(context, input, steps, loss);
        context.Workspace.Reserve(context.Arena);
        context.Arena.Allocate();
        OptimizerTarget target = new(store, context.Gradients, pool, context.Fused);
        optimizer = OptimizerState.Create(new Sgd(momentum: 0.9f), target, options.InstructionSet);
        batch = Noise(layer);

        // Once through the whole network, so that the layer's memory holds what it would.
        context.Live.Set(batch, step: 0);
        Run([.. Phase.Together(input.Prepare.Concat(steps.SelectMany(step => step.Prepare)))]);
        Run(Sequence([.. input.Forward, .. steps.SelectMany(step => step.Forward), .. loss.Forward]));
        Run(Sequence(steps.Reverse().SelectMany(step => step.Backward)));

        Step measured = steps[context.Operations.ToList().FindIndex(operation => operation.Operation.Path == layer.Path)];
        forward = Sequence(measured.Forward);
        backward = [.. Sequence(measured.Backward), .. Phase.Together(measured.Reduce)];
        optimizer.Begin(rate: 0);
        context.Live.Update = optimizer;
    }

    public void Forward() => Run(forward);

    public void Backward() => Run(backward);

    public void Dispose()
    {
        optimizer.Dispose();
        pool.Dispose();
        context.Arena.Dispose();
        context.Gradients!.Dispose();
        context.Store!.Dispose();
        batch.Dispose();
    }

    private static Batch Noise(LayerCase layer)
    {
        Batch batch = new(layer.Batch, (int)layer.Input.Length) { Count = layer.Batch };
        Random random = new(1);
        batch.Weights.AsSpan().Fill(1);
        for (int row = 0; row < batch.Count; row++)
        {
            foreach (ref float pixel in batch.Row(row))
            {
                pixel = random.NextSingle() - 0.5f;
            }
        }

        return batch;
    }

    private Phase[] Sequence(IEnumerable<Pass> passes) => [.. Phase.Sequence(passes, context.Slicing)];

    private void Run(Phase[] phases)
    {
        foreach (Phase phase in phases)
        {
            phase.Run(pool, batch.Count);
        }
    }
}
