using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// The gradient of a dense layer's weights, dW = Xᵀ · dY over the whole batch, in pieces of consecutive rows of W. Slices pack their part of dY
/// as they come by. Where an update waits for the gradient, a piece of it is applied while it is in the cache, and never written to memory.
/// </summary>
internal sealed unsafe class DenseWeightGradient<V>
    where V : struct, IVector<V>
{
    /// <summary>Floats of a piece: a quarter of a core's second cache level.</summary>
    private const int PieceLength = 64 * 1024;

    private const int MostTiles = 8;

    private readonly PlanContext<V> context;
    private readonly ParameterSegment weights;
    private readonly Blob x;
    private readonly int outputs;
    private readonly Arena.Place packed;
    private readonly Split pieces;

    public DenseWeightGradient(PlanContext<V> context, ParameterSegment weights, Blob x, int outputs)
    {
        (this.context, this.weights, this.x, this.outputs) = (context, weights, x, outputs);
        packed = context.Arena.Reserve(PanelGemm<V>.PackedLength(context.Options.BatchSize, outputs));
        int tiles = Math.Clamp(PieceLength / (outputs * V.TileRows), 1, MostTiles);
        pieces = Split.AtMost(x.Channels, tiles * V.TileRows);
        context.Workspace.NeedPrivate(MostRows * (context.Options.BatchSize + SumPitch));
        context.Fuse(weights);
        x.KeepUntilReduced();
    }

    public int Pieces => pieces.Parts;

    private int MostRows => (pieces.Length + pieces.Parts - 1) / pieces.Parts;

    /// <summary>A line more than a row of a piece, so that rows a power of two long do not meet in one cache set.</summary>
    private int SumPitch => (int)AlignedBuffer.RoundUp(outputs) + AlignedBuffer.Line;

    /// <summary>Takes a slice's gradient of the layer's output.</summary>
    public void Pack(in Slice slice, Planes dy) => PanelGemm<V>.PackRows(Blob.Rows(dy), slice.First, context.Live.Count, packed.Data);

    /// <summary>Computes one piece, once all slices have been packed.</summary>
    public void Run(int worker, int piece)
    {
        int first = pieces.Start(piece);
        int rows = pieces.Size(piece);
        int images = context.Live.Count;
        float* left = context.Workspace.Of(worker);
        Matrix copy = new(left, images, rows);
        MatrixCopy<V>.Run(Blob.Rows(x.View(images)).Part(0, first, images, rows), copy);
        if (context.Live.Update is not IParameterUpdate update)
        {
            Multiply(copy.Transposed, new Matrix(context.GradientOf(weights) + (nint)first * outputs, rows, outputs));
            return;
        }

        Matrix sums = new((nint)(left + MostRows * context.Options.BatchSize), rows, outputs, SumPitch, 1);
        Multiply(copy.Transposed, sums);
        for (int row = 0; row < rows; row++)
        {
            update.Apply(weights, (long)(first + row) * outputs, outputs, sums.At(row, 0));
        }
    }

    private void Multiply(Matrix left, Matrix sums)
    {
        for (int panel = 0; panel < PanelGemm<V>.Panels(outputs); panel++)
        {
            PanelGemm<V>.MultiplyPacked(left, packed.Data, sums, panel);
        }
    }
}
