using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>Consecutive images of a batch that one worker carries through the network.</summary>
/// <param name="Worker">Whose private memory is used.</param>
/// <param name="Index">The number of the slice in its batch.</param>
/// <param name="Shard">Whose gradient sums it adds to.</param>
/// <param name="IsFirstOfShard">Whether it begins those sums anew.</param>
/// <param name="First">Its first image.</param>
/// <param name="Count">Its images, at least 1.</param>
internal readonly record struct Slice(int Worker, int Index, int Shard, bool IsFirstOfShard, int First, int Count);

/// <summary>
/// How a batch is cut: into slices that stay in a core's cache, and those into shards, each with gradient sums of its own. It follows
/// from the network and the batch size alone, never from the number of threads; so do the sums, and the trained weights.
/// </summary>
internal sealed class Slicing
{
    /// <summary>While training: enough for the cores of a small machine, since every shard costs memory and time to add up.</summary>
    private const int MostShards = 8;

    private readonly int sliceImages;
    private readonly Split shards;

    /// <param name="batchSize">Images of a full batch.</param>
    /// <param name="sliceImages">Of a slice.</param>
    /// <param name="training">Whether there are gradients to be summed; else each slice is a shard, for as many cores as there are.</param>
    public Slicing(int batchSize, int sliceImages, bool training)
    {
        this.sliceImages = sliceImages;
        int slices = SlicesOf(batchSize);
        shards = new Split(slices, training ? Math.Min(MostShards, slices) : slices);
    }

    public int SliceImages => sliceImages;

    /// <summary>Slices of a full batch.</summary>
    public int Slices => shards.Length;

    /// <summary>Shards of a full batch.</summary>
    public int Shards => shards.Parts;

    /// <summary>Shards that a batch of some images uses.</summary>
    public int ShardsOf(int images)
    {
        int slices = SlicesOf(images);
        int used = 0;
        while (used < Shards && shards.Start(used) < slices)
        {
            used++;
        }

        return used;
    }

    /// <summary>The slices of a shard in a batch of some images, from the first to behind the last.</summary>
    public (int First, int End) SlicesOf(int shard, int images) =>
        (shards.Start(shard), Math.Min(shards.Start(shard + 1), SlicesOf(images)));

    public Slice At(int index, int shard, int worker, int images) =>
        new(worker, index, shard, index == shards.Start(shard), index * sliceImages, Math.Min(sliceImages, images - index * sliceImages));

    /// <summary>Such as <c>8 shards of slices of 4 images</c>.</summary>
    public override string ToString() => $"{Shards} shards of slices of {SliceImages} images";

    /// <summary>Slices of a batch of some images.</summary>
    public int SlicesOf(int images) => (images + sliceImages - 1) / sliceImages;
}
