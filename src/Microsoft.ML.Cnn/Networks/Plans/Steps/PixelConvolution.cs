using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution of images of one channel with pixels in the lanes; only in plans that predict.</summary>
internal sealed unsafe class PixelConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly PixelForward<V> forward;
    private readonly Arena.Place laneBias;

    public PixelConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        forward = new PixelForward<V>(Geometry, X.Pattern.RowPitch);
        laneBias = context.Prepared.Reserve((long)Geometry.OutputChannels * V.Count);
        if (IsSpread)
        {
            context.Workspace.NeedPrivate(forward.ScratchLength);
        }
        else
        {
            context.Workspace.NeedForSlice(forward.ScratchLength);
        }
    }

    protected override string Name => "direct, pixels in lanes";

    public override IEnumerable<BatchPass> Prepare => [FromFilters(1, _ => SpreadBias())];

    public override IEnumerable<Pass> Forward =>
        IsSpread ? [new BatchPass(Context.Options.BatchSize * Geometry.Rows.Output, RunForwardPiece)] : [new SlicePass(RunForward)];

    protected override IEnumerable<Pass> Gradients => [];

    private void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        for (int image = 0; image < slice.Count; image++)
        {
            for (int row = 0; row < y.Height; row++)
            {
                RunRow(x, y, image, row, Context.Workspace.Of(slice));
            }
        }
    }

    private void RunForwardPiece(int worker, int piece)
    {
        (int image, int row) = Math.DivRem(piece, Geometry.Rows.Output);
        if (image < Context.Live.Count)
        {
            RunRow(X.View(Context.Live.Count), Y.View(Context.Live.Count), image, row, Context.Workspace.Of(worker));
        }
    }

    private void RunRow(Planes x, Planes y, int image, int row, float* scratch) =>
        forward.Run(x, y, image, row, Filters.Weights, laneBias.Data, Rectify, scratch);

    private void SpreadBias()
    {
        float* bias = Filters.Bias;
        for (int filter = 0; filter < Geometry.OutputChannels; filter++)
        {
            V.Broadcast(bias == null ? 0 : bias[filter]).Store(laneBias.Data + (nint)filter * V.Count);
        }
    }
}
