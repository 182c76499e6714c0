using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// A large dense layer: it takes the whole batch at once, so that the weights come from memory once. Forward is cut by columns of W, and
/// backward, dXᵀ = W · dYᵀ, by rows: either way runs of W are read in the order in which they lie.
/// </summary>
internal sealed unsafe class BatchDense<V> : DenseStep<V>
    where V : struct, IVector<V>
{
    /// <summary>Rows of W that are worth a piece of their own: dY is packed for each.</summary>
    private const int PieceRows = 448;

    /// <summary>Panels of W that are worth a piece of their own: x is copied for each.</summary>
    private const int LeastPanels = 2;

    /// <summary>Pieces that keep the cores of a small machine busy to the end.</summary>
    private const int EnoughPieces = 8;

    private readonly Split panels;
    private readonly Split rows;
    private readonly bool forwardStreams;
    private readonly bool backwardStreams;

    public BatchDense(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        int batch = context.Options.BatchSize;
        forwardStreams = batch <= StreamGemm<V>.MostRows;
        backwardStreams = batch <= DotGemm<V>.MostRows;
        int all = PanelGemm<V>.Panels(Outputs);
        int most = (forwardStreams ? StreamGemm<V>.PieceColumns : BlockGemm<V>.BlockColumns) / PanelGemm<V>.PanelColumns;
        panels = Split.AtMost(all, Math.Clamp(all / EnoughPieces, LeastPanels, most));
        rows = Split.AtMost(Inputs, PieceRows);
        context.Workspace.NeedPrivate(forwardStreams ? StreamGemm<V>.ScratchLength(batch) : BlockGemm<V>.ScratchLength);
        context.Workspace.NeedPrivate(
            backwardStreams ? DotGemm<V>.ScratchLength(batch, Outputs) : BlockGemm<V>.ScratchLength + PieceRows * SumPitch
        );
    }

    public override IEnumerable<Pass> Forward => [new BatchPass(panels.Parts, RunForward)];

    public override IEnumerable<Pass> Backward =>
        Dx == null ? base.Backward : [.. base.Backward, new BatchPass(rows.Parts, RunDataGradient)];

    protected override string Name => Dx == null || Forwards == Backwards ? Forwards : $"{Forwards}, back by {Backwards}";

    private string Forwards => forwardStreams ? "streamed weights" : "packed blocks";

    private string Backwards => backwardStreams ? "dot products" : "packed blocks";

    /// <summary>From a row of a piece of dXᵀ to the next.</summary>
    private int SumPitch => (int)AlignedBuffer.RoundUp(Context.Options.BatchSize);

    private void RunForward(int worker, int piece)
    {
        int first = panels.Start(piece) * PanelGemm<V>.PanelColumns;
        int count = Math.Min(panels.Size(piece) * PanelGemm<V>.PanelColumns, Outputs - first);
        int images = Context.Live.Count;
        Matrix x = Blob.Rows(X.View(images));
        Matrix w = Weights.Part(0, first, Inputs, count);
        Matrix y = Blob.Rows(Y.View(images)).Part(0, first, images, count);
        float* bias = Bias == null ? null : Bias + first;
        float* scratch = Context.Workspace.Of(worker);
        if (forwardStreams)
        {
            StreamGemm<V>.Multiply(x, w, y, scratch, bias, Rectify);
        }
        else
        {
            BlockGemm<V>.Multiply(x, w, y, scratch, bias, Rectify);
        }
    }

    private void RunDataGradient(int worker, int piece)
    {
        (int first, int count) = (rows.Start(piece), rows.Size(piece));
        int images = Context.Live.Count;
        float* scratch = Context.Workspace.Of(worker);
        Matrix w = Weights.Part(first, 0, count, Outputs);
        Matrix dy = Blob.Rows(Dy!.View(images));
        Matrix dx = Blob.Rows(Dx!.View(images)).Part(0, first, images, count);
        if (backwardStreams)
        {
            DotGemm<V>.Multiply(dy, w, dx, scratch);
            return;
        }

        Matrix sums = new((nint)(scratch + BlockGemm<V>.ScratchLength), count, images, SumPitch, 1);
        BlockGemm<V>.Multiply(w, dy.Transposed, sums, scratch);
        MatrixCopy<V>.Run(sums, dx.Transposed);
    }
}
