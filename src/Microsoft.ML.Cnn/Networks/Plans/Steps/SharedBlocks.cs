using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Transforms some tiles of a block.</summary>
internal delegate void TileWork(TileBlock block, int first, int count);

/// <summary>Computes the products of one of the pairs of points of a block, which is the index-th of its batch.</summary>
internal delegate void PointWork(TileBlock block, int index, int point);

/// <summary>
/// Blocks of tiles of a whole batch whose parts all workers share: as many tiles as the filters are worth fetching for, and few enough that their
/// matrices stay in the last cache level.
/// </summary>
internal sealed class SharedBlocks
{
    private const int MostTiles = 256;
    private const int PieceTiles = 8;

    /// <summary>Floats of the matrices of a block that still stay in the last cache level, four megabytes.</summary>
    private const long CachedLength = 1 << 20;

    private readonly int count;
    private readonly int tiles;
    private readonly int pointPairs;

    private SharedBlocks(int count, int tiles, int pointPairs, long length)
    {
        this.count = count;
        this.tiles = tiles;
        this.pointPairs = pointPairs;
        Length = length;
    }

    /// <summary>Floats of the matrices of a block.</summary>
    public long Length { get; }

    /// <param name="pass">What is done with the blocks.</param>
    /// <param name="images">Images of a full batch.</param>
    public static SharedBlocks Of<V>(WinogradPass<V> pass, int images)
        where V : struct, IVector<V>
    {
        // Large filters come from beyond that level for each block, which is worth matrices of the same size.
        long most = Math.Max(CachedLength, pass.FilterLength) / pass.WorkspaceLength(1);
        Split blocks = Split.AtMost(pass.TilesOf(images), (int)Math.Clamp(most, V.TileRows, MostTiles));
        int tiles = blocks.Parts == 1 ? blocks.Size(0) : (blocks.Size(0) + V.TileRows - 1) / V.TileRows * V.TileRows;
        return new SharedBlocks((pass.TilesOf(images) + tiles - 1) / tiles, tiles, pass.PointPairs, pass.WorkspaceLength(tiles));
    }

    /// <summary>The parts of all blocks, each between barriers.</summary>
    /// <param name="memory">The address of <see cref="Length"/> floats.</param>
    /// <param name="liveTiles">Tiles of the batch there is.</param>
    /// <param name="load">The transforms before the products.</param>
    /// <param name="multiply">The products.</param>
    /// <param name="store">The transforms after them, if any.</param>
    public IEnumerable<BatchPass> Passes(Func<nint> memory, Func<int> liveTiles, TileWork load, PointWork multiply, TileWork? store)
    {
        for (int i = 0; i < count; i++)
        {
            int index = i;
            yield return ByTiles(load, Block);
            yield return new BatchPass(pointPairs, (_, point) => ByPoints(multiply, Block(), index, point));
            if (store != null)
            {
                yield return ByTiles(store, Block);
            }

            TileBlock Block() => new(memory(), index * tiles, Math.Clamp(liveTiles() - index * tiles, 0, tiles));
        }
    }

    private BatchPass ByTiles(TileWork work, Func<TileBlock> block) =>
        new(
            (tiles + PieceTiles - 1) / PieceTiles,
            (_, piece) =>
            {
                TileBlock whole = block();
                int first = piece * PieceTiles;
                if (first < whole.Count)
                {
                    work(whole, whole.First + first, Math.Min(PieceTiles, whole.Count - first));
                }
            }
        );

    private static void ByPoints(PointWork work, TileBlock block, int index, int point)
    {
        if (block.Count > 0)
        {
            work(block, index, point);
        }
    }
}
