using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

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

    private readonly int count;
    private readonly int tiles;
    private readonly int pointPairs;

    /// <param name="batchTiles">Tiles of a full batch.</param>
    /// <param name="pointPairs">Products of a block.</param>
    /// <param name="lengthOf">Floats of the matrices of a block of some tiles.</param>
    public SharedBlocks(int batchTiles, int pointPairs, Func<int, long> lengthOf)
    {
        count = (batchTiles + MostTiles - 1) / MostTiles;
        tiles = (batchTiles + count - 1) / count;
        this.pointPairs = pointPairs;
        Length = lengthOf(tiles);
    }

    /// <summary>Floats of the matrices of a block.</summary>
    public long Length { get; }

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
