using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Steps;

namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>
/// Decides where each value lies. One that is made and used up between two barriers lives in a slice's worth of memory of each worker's own,
/// or of each shard's where those are fewer, which stays in the worker's cache; one that a barrier comes between has room for the whole batch. Values that are never needed at the same time
/// share memory.
/// </summary>
internal sealed class PlanMemory
{
    private readonly int batchSize;
    private readonly int sliceImages;
    private readonly List<(Blob Blob, Life Life)> ofBatch = [];
    private readonly List<(Blob Blob, Life Life)> ofWorkers = [];

    private PlanMemory(int batchSize, int sliceImages)
    {
        this.batchSize = batchSize;
        this.sliceImages = sliceImages;
    }

    /// <summary>Gives every value of a plan its place in the plan's arena.</summary>
    /// <param name="context">Of the plan.</param>
    /// <param name="input">Brings a batch into the network.</param>
    /// <param name="steps">The network.</param>
    /// <param name="output">Takes scores out of it, or makes the loss.</param>
    public static void Reserve<V>(PlanContext<V> context, Step input, Step[] steps, Step output)
        where V : struct, Kernels.Simd.IVector<V>
    {
        PlanMemory memory = new(context.Options.BatchSize, context.Slicing.SliceImages);
        Timeline time = new();
        Life entry = time.Add(input.Forward, context[context.Graph.Input]);
        Life[] forward = [.. steps.Select((step, i) => time.Add(step.Forward, context[context.Operations[i].Operation.Output]))];
        Life exit = time.Add(output.Forward);
        Life[] backward = new Life[steps.Length];
        for (int i = steps.Length - 1; i >= 0 && context.IsTraining; i--)
        {
            backward[i] = time.Add(steps[i].Backward, context.InputGradients(context.Operations[i]));
        }

        ILookup<Value, int> readers = ReadersOf(context.Operations);
        memory.Want(context[context.Graph.Input], Life.From(entry, LastReadingOf(context.Graph.Input)));
        for (int i = 0; i < steps.Length; i++)
        {
            Value value = context.Operations[i].Operation.Output;
            bool isLast = i == steps.Length - 1;
            Life reader = isLast ? exit : LastReadingOf(value);
            memory.Want(context[value], Life.From(forward[i], IsRunBack(i) ? backward[i] : reader));
            if (context.TemporaryOf(value) is Blob temporary)
            {
                memory.Want(temporary, Life.From(forward[i], IsRunBack(i) ? backward[i] : forward[i]));
            }

            // The gradient is begun by the backward pass of the value's last reader, or by the loss.
            if (context.GradientOf(value) is Blob gradient)
            {
                Life maker = isLast ? exit : backward[readers[value].Last()];
                memory.Want(gradient, Life.From(maker, IsRunBack(i) ? backward[i] : maker));
            }

            foreach ((Blob part, _) in context.GradientParts(context.Operations[i]))
            {
                memory.Want(part, backward[i]);
            }
        }

        memory.Put(context.Arena, context.Options.Threads, context.Slicing.Shards);

        // Nothing runs back through what is frozen with all before it.
        bool IsRunBack(int step) => context.IsTraining && steps[step].Backward.Any();

        // The first reader that runs back is the last to do so.
        Life LastReadingOf(Value value) =>
            readers[value].Where(IsRunBack).Select(reader => backward[reader]).FirstOrDefault(forward[readers[value].Last()]);
    }

    /// <summary>Of each value, the operations that read it, in their order.</summary>
    private static ILookup<Value, int> ReadersOf(IReadOnlyList<PlannedOperation> operations) =>
        operations
            .SelectMany((operation, i) => operation.Operation.Inputs.Select(input => (Value: input, Reader: i)))
            .ToLookup(use => use.Value, use => use.Reader);

    private void Want(Blob blob, Life life)
    {
        if (blob.IsKeptUntilReduced)
        {
            life = life with { End = new Moment(int.MaxValue, int.MaxValue) };
        }

        bool isPrivate = life.IsWithinPhase;
        if (blob.IsMostlyHalo)
        {
            // Shares its memory with nothing.
            life = new Life(new Moment(0, 0), new Moment(int.MaxValue, int.MaxValue));
        }

        (isPrivate ? ofWorkers : ofBatch).Add((blob, life));
    }

    private void Put(Arena arena, int workers, int shards)
    {
        // A worker carries a slice through passes one after another. Of the whole batch, some slices may be passes ahead of others within a phase.
        MemoryPacking batch = new([
            .. ofBatch.Select(want => new MemoryRequest(want.Blob.LengthOf(batchSize), want.Life.Begin.Phase, want.Life.End.Phase)),
        ]);
        Arena.Place ofAll = arena.Reserve(batch.Length);
        for (int i = 0; i < ofBatch.Count; i++)
        {
            ofBatch[i].Blob.PutForBatch(ofAll + batch.Offset(i), batch.IsShared(i));
        }

        MemoryPacking worker = new([
            .. ofWorkers.Select(want => new MemoryRequest(want.Blob.LengthOf(sliceImages), want.Life.Begin.Pass, want.Life.End.Pass)),
        ]);
        bool isOfShard = shards < workers;
        Arena.Place ofEach = arena.Reserve(Math.Min(shards, workers) * worker.Length);
        for (int i = 0; i < ofWorkers.Count; i++)
        {
            ofWorkers[i].Blob.PutForSlices(ofEach + worker.Offset(i), worker.Length, isOfShard, worker.IsShared(i));
        }
    }
}
