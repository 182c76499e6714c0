using Microsoft.ML.Cnn.Kernels.Convolution.Depthwise;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution of each channel by a filter of its own, with channels in the lanes. It has few weights: slices carry it.</summary>
internal sealed unsafe class DepthwiseConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly DepthwiseForward<V> forward;
    private readonly DepthwiseDataGradient<V>? dataGradient;
    private readonly DepthwiseWeightGradient<V>? weightGradient;
    private readonly ShardSums<V>? sums;

    public DepthwiseConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        forward = new DepthwiseForward<V>(Geometry, X.Pattern.RowPitch);
        if (Dx != null)
        {
            dataGradient = new DepthwiseDataGradient<V>(Geometry, Dy.Pattern.RowPitch);
        }

        if (Filters.WeightsLearn)
        {
            weightGradient = new DepthwiseWeightGradient<V>(Geometry);
            sums = new ShardSums<V>(context, Geometry.WeightCount);
        }
    }

    protected override string Name => "depthwise";

    public override IEnumerable<BatchPass> Prepare => Filters.AreDerived ? [new BatchPass(1, (_, _) => Filters.Derive())] : [];

    public override IEnumerable<Pass> Forward => [new SlicePass(RunForward)];

    protected override IEnumerable<Pass> Gradients => [new SlicePass(RunGradients)];

    protected override void AddUpWeights(float* gradient) => sums!.SumTo(gradient);

    private void RunForward(in Slice slice) => forward.Run(X.View(slice), Y.View(slice), Filters.Weights, Filters.Bias, Rectify);

    private void RunGradients(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        weightGradient?.AddTo(X.View(slice), dy, sums!.Begin(slice));
        dataGradient?.Run(dy, Dx!.View(slice), Filters.Weights);
    }
}
