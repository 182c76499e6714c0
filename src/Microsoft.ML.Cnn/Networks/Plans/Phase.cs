using Microsoft.ML.Cnn.Kernels;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>What runs between two barriers.</summary>
internal abstract class Phase
{
    /// <summary>Runs it on a batch of some images.</summary>
    public abstract void Run(WorkerPool pool, int images);

    /// <summary>Groups passes that run one after another: slice passes that follow each other share a phase.</summary>
    public static List<Phase> Sequence(IEnumerable<Pass> passes, Slicing slicing)
    {
        List<Phase> phases = [];
        List<SliceWork> depthFirst = [];
        foreach (Pass pass in passes)
        {
            if (pass is SlicePass slicePass)
            {
                depthFirst.Add(slicePass.Run);
                continue;
            }

            Flush();
            phases.Add(new BatchPhase([(BatchPass)pass]));
        }

        Flush();
        return phases;

        void Flush()
        {
            if (depthFirst.Count > 0)
            {
                phases.Add(new SlicePhase([.. depthFirst], slicing));
                depthFirst.Clear();
            }
        }
    }

    /// <summary>Batch passes that do not depend on each other, in one phase; none if there are none.</summary>
    public static IEnumerable<Phase> Together(IEnumerable<BatchPass> passes)
    {
        BatchPass[] all = [.. passes];
        return all.Length > 0 ? [new BatchPhase(all)] : [];
    }

    private sealed class SlicePhase : Phase
    {
        private readonly SliceWork[] passes;
        private readonly Slicing slicing;
        private readonly Action<int, int> carry;
        private int images;

        public SlicePhase(SliceWork[] passes, Slicing slicing)
        {
            this.passes = passes;
            this.slicing = slicing;

            // Created once: a training step allocates nothing.
            carry = Carry;
        }

        public override void Run(WorkerPool pool, int images)
        {
            this.images = images;
            pool.Run(slicing.ShardsOf(images), carry);
        }

        private void Carry(int worker, int shard)
        {
            (int first, int end) = slicing.SlicesOf(shard, images);
            for (int index = first; index < end; index++)
            {
                Slice slice = slicing.At(index, shard, worker, images);
                foreach (SliceWork pass in passes)
                {
                    pass(slice);
                }
            }
        }
    }

    private sealed class BatchPhase : Phase
    {
        private readonly BatchPass[] passes;
        private readonly int[] ends;
        private readonly Action<int, int> locate;

        public BatchPhase(BatchPass[] passes)
        {
            this.passes = passes;
            int sum = 0;
            ends = [.. passes.Select(pass => sum += pass.Pieces)];
            locate = Locate;
        }

        public override void Run(WorkerPool pool, int images) => pool.Run(ends[^1], locate);

        private void Locate(int worker, int piece)
        {
            int pass = 0;
            while (piece >= ends[pass])
            {
                pass++;
            }

            passes[pass].Run(worker, piece - (ends[pass] - passes[pass].Pieces));
        }
    }
}
