using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>
/// dw, the gradient of a convolution with respect to its filters: the derivative of the form in <see cref="WinogradForward{V}"/>,
/// <code>dw = Gᵀ [ Σ over tiles of (Bᵀ d B) ⊙ (A dy Aᵀ) ] G</code>
/// again 36 or 64 matrix products, now [input channels] × [tiles] × [output channels]. The sums in the bracket are kept, block after
/// block, in memory that the caller gives.
/// </summary>
internal sealed unsafe class WinogradWeightGradient<V>(ConvolutionGeometry geometry) : WinogradPass<V>(geometry, geometry.GroupInputs)
    where V : struct, IVector<V>
{
    /// <summary>Input channels of a tile of the product. Eight neighbours lie in one cache line.</summary>
    private const int MostRows = 8;

    /// <summary>Floats of the sums.</summary>
    public long SumsLength => FilterLength;

    /// <summary>Independent pieces of dw.</summary>
    public int StorePieces => Outputs.Count * Inputs.PerGroup;

    /// <summary>The first two parts of a whole block.</summary>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    public void Run(Planes x, Planes dy, TileBlock block, float* sums, bool accumulate)
    {
        Load(x, dy, block, block.First, block.Count);
        Multiply(block, sums, 0, ProductPieces, accumulate);
    }

    /// <summary>The first part: Bᵀ d B and A dy Aᵀ of some tiles of a block.</summary>
    public void Load(Planes x, Planes dy, TileBlock block, int first, int count)
    {
        LoadInputs(x, block, first, count);
        PointMatrices<V> target = OutputMatrices(block);
        for (int tile = first; tile < first + count; )
        {
            TileRun run = Tiling.RunAt(tile, first + count);
            Lookahead<V> ahead = OutputsAhead(dy, tile + run.Tiles);
            for (int i = 0; i < Outputs.Count; i++)
            {
                Patch patch = Tiling.Output(dy, run, Outputs.Channel(i), Outputs.ChannelsOf(i));
                Transforms.LoadOutputGradient(
                    patch,
                    run.Tiles,
                    target.At(0, i, tile - block.First),
                    target.Stride,
                    ahead.Part(i, Outputs.Count)
                );
            }

            tile += run.Tiles;
        }

        EndStreaming();
    }

    /// <summary>The second part: pieces [first, last) of the products, over all tiles of a block.</summary>
    /// <param name="accumulate">Adds to what the sums hold.</param>
    public void Multiply(TileBlock block, float* sums, int firstPiece, int lastPiece, bool accumulate)
    {
        for (int piece = firstPiece; piece < lastPiece; piece++)
        {
            Multiply(block, sums, Panels[piece], accumulate);
        }
    }

    /// <summary>
    /// The third part: Gᵀ u G for one vector of output channels and one of input channels, whose sums are a run of neighbouring
    /// cache lines in each of the matrices.
    /// </summary>
    /// <param name="accumulate">Adds to what dw holds.</param>
    public void Store(float* sums, float* dw, int piece, bool accumulate)
    {
        PointMatrices<V> source = new(sums, Outputs.Count, FilterRows);
        nint tap = (nint)Geometry.GroupInputs * Geometry.OutputChannels;
        (int block, int inputBlock) = Math.DivRem(piece, Inputs.PerGroup);
        int first = inputBlock * V.Count;
        int end = Math.Min(first + V.Count, Geometry.GroupInputs);
        for (int channel = first; channel < end; channel++)
        {
            Patch target = new(
                (nint)(dw + (nint)channel * Geometry.OutputChannels + Outputs.Channel(block)),
                Geometry.Columns.Kernel * tap,
                tap,
                Geometry.Rows.Kernel,
                Geometry.Columns.Kernel,
                Outputs.ChannelsOf(block)
            );
            float* next = IsStream ? source.At(0, block, channel + V.Count) : null;
            Transforms.StoreFilterGradient(source.At(0, block, channel), source.Stride, target, accumulate, next);
        }

        EndStreaming();
    }

    private void Multiply(TileBlock block, float* sums, ProductPanel panel, bool accumulate)
    {
        PointMatrices<V> a = InputMatrices(block);
        PointMatrices<V> b = OutputMatrices(block);
        PointMatrices<V> c = new(sums, Outputs.Count, FilterRows);
        Stretch whole = default;
        Contraction sum = new Contraction
        {
            Stretches = &whole,
            StretchCount = 1,
            Depth = block.Count,
            ARow = 1,
            ADepth = V.Count,
            BDepth = V.Count,
            BColumn = panel.IsPair ? b.BlockStride : 0,
            CRow = V.Count,
            CColumn = panel.IsPair ? c.BlockStride : V.Count,
        }.Continued;
        for (int input = 0; input < Inputs.PerGroup; input++)
        {
            Split rows = Split.AtMost(Inputs.ChannelsOf(input), Math.Min(V.TileRows, MostRows));
            for (int tile = 0; tile < rows.Parts; tile++)
            {
                int row = rows.Start(tile);
                float* target = c.At(panel.Point, panel.Block, input * V.Count + row);
                MicroKernel<V>.MultiplyEdge(
                    sum,
                    rows.Size(tile),
                    panel.IsPair ? MicroKernel<V>.Width : V.Count,
                    a.At(panel.Point, panel.Group * Inputs.PerGroup + input, 0) + row,
                    b.At(panel.Point, panel.Block, 0),
                    target,
                    accumulate ? target : null
                );
            }
        }
    }
}
