using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>
/// One pass of a layer out of the plan that trains its network: with the algorithm, the slices and the memory that the plan has for it. What a step makes of the
/// weights anew belongs to it: their transforms in passes that read them, the sum over the shards in that of their gradient.
/// </summary>
internal sealed unsafe class LayerEngine : IPartEngine
{
    private readonly PeerLayer layer;
    private readonly ComparedModel model;
    private readonly AlignedBuffer gradients;
    private readonly AlignedBuffer images;
    private readonly AlignedBuffer upstream;
    private readonly AlignedBuffer result;
    private readonly WorkerPool pool;
    private readonly Batch batch;
    private readonly Compiled compiled;
    private readonly string mode;

    public LayerEngine(ComparedLayer layer, Workload workload)
    {
        mode = workload.Mode;
        model = layer.Among(mode, workload.Conditions.Convolutions);
        this.layer = model.Layers.Single(placed => placed.WeightPath == ComparedLayer.WeightPath);
        gradients = new AlignedBuffer(model.Store.Table.TrainableLength);
        images = AlignedCopy.Of(layer.Images);
        upstream = AlignedCopy.Of(layer.Upstream);
        result = new AlignedBuffer(mode == Mode.Forward ? upstream.Length : images.Length);
        pool = new WorkerPool(workload.Threads);
        batch = new Batch(workload.Batch, pixelsPerRow: 1) { Count = workload.Batch };
        compiled = SimdDispatch.Run(SimdDispatch.Best, new Compiler(this, workload.PlanOptions));
        compiled.Live.Set(batch, step: 0);

        // Fills the memory that steps read.
        Run(compiled.Whole);
    }

    public void Step() => Run(compiled.Pass);

    public float[] Result()
    {
        Run(compiled.Whole);
        return mode == Mode.WeightGradient
            ? layer.InPeerOrder(gradients.Span.Slice((int)Weight.Offset, (int)Weight.Length))
            : result.Span.ToArray();
    }

    public void Dispose()
    {
        compiled.Arena.Dispose();
        pool.Dispose();
        batch.Dispose();
        result.Dispose();
        upstream.Dispose();
        images.Dispose();
        gradients.Dispose();
        model.Dispose();
    }

    private ParameterSegment Weight => model.Store.Table[layer.WeightPath];

    private void Run(Phase[] phases)
    {
        foreach (Phase phase in phases)
        {
            phase.Run(pool, batch.Count);
        }
    }

    /// <param name="Arena">The plan's memory.</param>
    /// <param name="Live">The plan's batch.</param>
    /// <param name="Pass">What is timed.</param>
    /// <param name="Whole">The same between writing what it reads and reading what it makes.</param>
    private sealed record Compiled(Arena Arena, LiveBatch Live, Phase[] Pass, Phase[] Whole);

    private sealed class Compiler(LayerEngine engine, PlanOptions options) : IVectorFactory<Compiled>
    {
        public Compiled Create<V>()
            where V : struct, IVector<V>
        {
            PlanContext<V> context = new(engine.model.Description, engine.model.Store.Table, options, training: true)
            {
                Store = engine.model.Store,
                Gradients = engine.gradients,
            };
            PlanPasses<V> passes = new(context);
            context.Arena.Allocate();

            int index = context.Operations.ToList().FindIndex(made => made.Operation.Path == engine.layer.Placed.Path);
            PlannedOperation operation = context.Operations[index];
            Blob x = context[operation.Operation.Input];
            Blob y = context[operation.Operation.Output];
            Blob dy = context.GradientOf(operation.Operation.Output)!;
            Blob? made = engine.mode == Mode.Forward ? y : context.InputGradient(operation);
            Pass[] pass = [.. engine.mode == Mode.Forward ? passes.ForwardOf(index) : passes.BackwardOf(index)];
            Pass[] whole =
            [
                Write<V>(engine.images, x),
                Write<V>(engine.upstream, dy),
                .. pass,
                .. made == null ? Array.Empty<Pass>() : [Read<V>(made, engine.result)],
            ];
            Phase[] prepare = engine.mode == Mode.WeightGradient ? [] : [.. Phase.Together(passes.Steps[index].Prepare)];
            Phase[] reduce = engine.mode == Mode.WeightGradient ? [.. Phase.Together(passes.Steps[index].Reduce)] : [];
            return new Compiled(
                context.Arena,
                context.Live,
                [.. prepare, .. passes.Sequence(pass), .. reduce],
                [.. prepare, .. passes.Sequence(whole), .. reduce]
            );
        }

        private static SlicePass Write<V>(AlignedBuffer from, Blob to)
            where V : struct, IVector<V> =>
            new(
                (in Slice slice) =>
                {
                    to.ClearHalo(slice);
                    LayoutCopy.ToPlanes<V>(to.Layout, to.Channels, slice.Count, Rows(from, to, slice), to.View(slice), InputScaling.None);
                }
            );

        private static SlicePass Read<V>(Blob from, AlignedBuffer to)
            where V : struct, IVector<V> =>
            new(
                (in Slice slice) =>
                    LayoutCopy.FromPlanes<V>(from.Layout, from.Channels, slice.Count, from.View(slice), Rows(to, from, slice))
            );

        private static PixelRows Rows(AlignedBuffer buffer, Blob blob, in Slice slice)
        {
            nint pitch = (nint)blob.Shape.Length;
            return PixelRows.Planar(buffer.Data + slice.First * pitch, pitch, blob.Shape);
        }
    }
}
