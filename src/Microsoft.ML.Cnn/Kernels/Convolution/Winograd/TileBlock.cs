namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// Consecutive tiles, numbered through the images given, and the memory that holds them between the three parts of an algorithm. One
/// worker may take a block through all of them in memory of its own, or several share the parts of one that spans the batch.
/// </summary>
/// <param name="Workspace">Address of as many floats as the algorithm says, aligned to a cache line.</param>
/// <param name="First">The number of the first tile.</param>
/// <param name="Count">Tiles, at least 1.</param>
internal readonly unsafe record struct TileBlock(nint Workspace, int First, int Count)
{
    public TileBlock(float* workspace, int first, int count)
        : this((nint)workspace, first, count) { }

    public float* Data => (float*)Workspace;

    /// <summary>The number of the tile behind the last.</summary>
    public int End => First + Count;
}
