using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>What a convolution does however it is computed: its bias, its ReLU, and whether workers carry slices through it or share it.</summary>
internal abstract unsafe class ConvolutionStep<V> : Step
    where V : struct, IVector<V>
{
    private readonly ShardSums<V>? biasSums;

    protected ConvolutionStep(PlanContext<V> context, PlannedOperation operation)
    {
        Context = context;
        Geometry = ((ConvolutionPrimitive)operation.Primitive).Geometry;
        Rectify = operation.Rectify;
        IsSpread = operation.IsSpread;
        Filters = new ConvolutionFilters<V>(context, operation);
        X = context[operation.Operation.Input];
        Y = context[operation.Operation.Output];
        if (context.IsTraining)
        {
            Dx = context.GradientOf(operation.Operation.Input);
            Dy = context.GradientOf(operation.Operation.Output)!;
            biasSums = Filters.HasBias ? new ShardSums<V>(context, Geometry.OutputChannels) : null;
        }
    }

    public sealed override IEnumerable<Pass> Forward => IsSpread ? SpreadForward : [new SlicePass(RunForward)];

    public sealed override IEnumerable<Pass> Backward =>
        IsSpread ? [new SlicePass(PrepareGradient), .. SpreadBackward] : [new SlicePass(RunBackward)];

    public override IEnumerable<BatchPass> Reduce => [new BatchPass(1, (_, _) => AddUp())];

    protected PlanContext<V> Context { get; }

    protected ConvolutionGeometry Geometry { get; }

    protected bool Rectify { get; }

    protected bool IsSpread { get; }

    protected ConvolutionFilters<V> Filters { get; }

    protected Blob X { get; }

    protected Blob Y { get; }

    protected Blob? Dx { get; }

    protected Blob Dy { get; } = null!;

    /// <summary>The forward pass, shared by all workers.</summary>
    protected virtual IEnumerable<Pass> SpreadForward => throw NotSpread();

    /// <summary>Both gradients, shared by all workers; that of the filters straight to where it belongs.</summary>
    protected virtual IEnumerable<Pass> SpreadBackward => throw NotSpread();

    protected abstract void RunForward(in Slice slice);

    /// <summary>Both gradients of a slice; that of the filters is added to its shard's.</summary>
    protected abstract void RunGradients(in Slice slice, Planes dy);

    /// <summary>Adds up the shards' gradients of the filters, unless workers share the operation.</summary>
    protected abstract void AddUpWeights(float* gradient);

    private void RunBackward(in Slice slice)
    {
        PrepareGradient(slice);
        RunGradients(slice, Dy.View(slice));
    }

    /// <summary>Takes the ReLU into account, and sums up the gradient of the bias.</summary>
    private void PrepareGradient(in Slice slice)
    {
        Planes dy = Dy.View(slice);
        if (Rectify)
        {
            Activation.Rectify<V>(Y.View(slice), dy);
        }

        if (biasSums != null)
        {
            Reduction.ChannelSums<V>(Y.Layout, Geometry.OutputChannels, slice.Count, dy, biasSums.Begin(slice));
        }
    }

    private void AddUp()
    {
        biasSums?.SumTo(Filters.BiasGradient);
        AddUpWeights(Filters.WeightGradient);
        Filters.CollectGradient();
    }

    private static InvalidOperationException NotSpread() => new("Workers do not share this convolution.");
}
