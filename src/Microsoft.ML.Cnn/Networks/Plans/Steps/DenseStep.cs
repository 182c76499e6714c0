using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// A dense layer, y = x · W + b: its parameters and what is done to their gradients, whichever way the values are multiplied.
/// </summary>
internal abstract unsafe class DenseStep<V> : Step
    where V : struct, IVector<V>
{
    /// <summary>Layers of more weights than this take the whole batch at once: weights would pass through the cache again for every slice.</summary>
    private const int MostSliceWeights = 128 * 1024;

    private readonly ParameterSegment weights;
    private readonly ParameterSegment? bias;
    private readonly DenseWeightGradient<V>? weightGradient;
    private readonly ShardSums<V>? biasSums;

    private protected DenseStep(PlanContext<V> context, PlannedOperation operation)
    {
        DensePrimitive primitive = (DensePrimitive)operation.Primitive;
        Context = context;
        X = context[operation.Operation.Input];
        Y = context[operation.Operation.Output];
        (Inputs, Outputs, Rectify) = (X.Channels, primitive.Outputs, operation.Rectify);
        weights = context.Segment(operation, ParameterSpec.Weight);
        bias = primitive.Bias ? context.Segment(operation, ParameterSpec.Bias) : null;
        if (context.IsTraining)
        {
            Dx = context.InputGradient(operation);
            Dy = context.GradientOf(operation.Operation.Output);
            weightGradient = weights.Frozen ? null : new DenseWeightGradient<V>(context, weights, X, Outputs);
            biasSums = bias is { Frozen: false } ? new ShardSums<V>(context, Outputs) : null;
        }
    }

    public sealed override string Algorithm => WithSharing(Name);

    public override IEnumerable<Pass> Backward =>
        Dx != null || weightGradient != null || biasSums != null ? [new SlicePass(RunGradients)] : [];

    public override IEnumerable<BatchPass> Reduce =>
        [
            new BatchPass(weightGradient?.Pieces ?? 0, (worker, piece) => weightGradient!.Run(worker, piece)),
            new BatchPass(biasSums == null ? 0 : 1, (_, _) => biasSums!.SumTo(Context.GradientOf(bias!))),
        ];

    /// <summary>Of the kernel.</summary>
    protected abstract string Name { get; }

    protected PlanContext<V> Context { get; }

    protected int Inputs { get; }

    protected int Outputs { get; }

    protected bool Rectify { get; }

    protected Blob X { get; }

    protected Blob Y { get; }

    /// <summary>Null where nothing before the layer learns.</summary>
    protected Blob? Dx { get; }

    /// <summary>Null without training, and where nothing up to the layer learns.</summary>
    protected Blob? Dy { get; }

    /// <summary>[inputs, outputs]</summary>
    protected Matrix Weights => new(Context.Parameter(weights), Inputs, Outputs);

    protected float* Bias => bias == null ? null : Context.Parameter(bias);

    public static DenseStep<V> Create(PlanContext<V> context, PlannedOperation operation) =>
        context.Segment(operation, ParameterSpec.Weight).Length <= MostSliceWeights
            ? new SliceDense<V>(context, operation)
            : new BatchDense<V>(context, operation);

    /// <summary>Takes the slice's gradient of y through the ReLU and on to the parameters.</summary>
    protected virtual void RunGradients(in Slice slice)
    {
        Planes dy = Dy!.View(slice);
        if (Rectify)
        {
            Activation.Rectify<V>(Y.View(slice), dy);
        }

        if (biasSums != null)
        {
            Reduction.ChannelSums<V>(Layout.Channels, Outputs, slice.Count, dy, biasSums.Begin(slice));
        }

        weightGradient?.Pack(slice, dy);
    }
}
