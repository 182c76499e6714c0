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
            Dx = context.InputGradient(operation);
            Dy = context.GradientOf(operation.Operation.Output)!;
            biasSums = Filters.BiasLearns ? new ShardSums<V>(context, Geometry.OutputChannels) : null;
        }
    }

    public sealed override string Algorithm => WithSharing(Name);

    public sealed override IEnumerable<Pass> Backward => Dx != null || Learns ? [new SlicePass(PrepareGradient), .. Gradients] : [];

    public override IEnumerable<BatchPass> Reduce => Learns ? [new BatchPass(1, (_, _) => AddUp())] : [];

    /// <summary>Of the algorithm.</summary>
    protected virtual string Name => "direct";

    protected PlanContext<V> Context { get; }

    protected ConvolutionGeometry Geometry { get; }

    protected bool Rectify { get; }

    protected bool IsSpread { get; }

    protected ConvolutionFilters<V> Filters { get; }

    protected Blob X { get; }

    protected Blob Y { get; }

    protected Blob? Dx { get; }

    protected Blob Dy { get; } = null!;

    private bool Learns => Filters.WeightsLearn || biasSums != null;

    /// <summary>
    /// The gradients that are wanted, of filters and input, once that of the output is prepared. That of the filters goes straight to where it belongs, or to sums of each shard, which
    /// <see cref="AddUpWeights"/> adds up.
    /// </summary>
    protected abstract IEnumerable<Pass> Gradients { get; }

    /// <summary>Adds up the shards' gradients of the filters, if there are such.</summary>
    protected virtual void AddUpWeights(float* gradient) { }

    /// <summary>Makes something of the filters, in independent pieces; in a single one where they have to be derived first.</summary>
    protected BatchPass FromFilters(int pieces, Action<int> make)
    {
        return Filters.AreDerived ? new BatchPass(1, (_, _) => All()) : new BatchPass(pieces, (_, piece) => make(piece));

        void All()
        {
            Filters.Derive();
            for (int piece = 0; piece < pieces; piece++)
            {
                make(piece);
            }
        }
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
        if (Filters.WeightsLearn)
        {
            AddUpWeights(Filters.WeightGradient);
            Filters.CollectGradient();
        }
    }
}
