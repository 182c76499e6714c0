using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// Batch normalization while training: each slice measures its part, then the parts are merged in their order, then each slice is normalized
/// by the statistics of the whole batch, and rectified where a ReLU follows; and likewise back.
/// </summary>
internal sealed unsafe class BatchNormalizationStep<V> : MapStep<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly BatchNormalizationPrimitive constants;
    private readonly bool rectify;
    private readonly ParameterSegment gamma;
    private readonly ParameterSegment beta;
    private readonly ParameterSegment runningMean;
    private readonly ParameterSegment runningVariance;
    private readonly ChannelMoments[] moments;
    private ChannelMoments batchMoments;
    private readonly Arena.Place momentMemory;
    private readonly ShardDoubles<V> gradientSums;

    // One number a channel each.
    private readonly Arena.Place mean;
    private readonly Arena.Place inverse;
    private readonly Arena.Place scale;
    private readonly Arena.Place slope;
    private readonly Arena.Place shift;

    public BatchNormalizationStep(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        this.context = context;
        (constants, rectify) = ((BatchNormalizationPrimitive)operation.Primitive, operation.Rectify);
        gamma = context.Segment(operation, ParameterSpec.Weight);
        beta = context.Segment(operation, ParameterSpec.Bias);
        runningMean = context.Segment(operation, BatchNormalization.RunningMean);
        runningVariance = context.Segment(operation, BatchNormalization.RunningVariance);
        moments = new ChannelMoments[context.Slicing.Slices];
        momentMemory = context.Arena.Reserve(MomentLength * 2L * moments.Length);
        gradientSums = new ShardDoubles<V>(context, 2L * Channels);
        (mean, inverse, scale, slope, shift) = (PerChannel(), PerChannel(), PerChannel(), PerChannel(), PerChannel());
    }

    public override IEnumerable<Pass> Forward =>
        [new SlicePass(Measure), new BatchPass(1, (_, _) => Complete()), new SlicePass(RunForward)];

    // The parameters have gradients even where the input has none.
    public override IEnumerable<Pass> Backward =>
        [new SlicePass(MeasureGradients), new BatchPass(1, (_, _) => CompleteGradients()), .. base.Backward];

    /// <summary>The running statistics, once it is known that the batch has a loss.</summary>
    public override IEnumerable<BatchPass> Reduce => [new BatchPass(1, (_, _) => MoveRunningStatistics())];

    /// <summary>Doubles of a slice's means and squares.</summary>
    private int MomentLength => 2 * Channels;

    protected override void RunForward(in Slice slice) =>
        BatchNormalizationKernel.Forward<V>(
            Layout,
            Channels,
            X.View(slice),
            Y.View(slice),
            mean.Data,
            scale.Data,
            context.Parameter(beta),
            rectify
        );

    protected override void RunBackward(in Slice slice) =>
        BatchNormalizationKernel.Backward<V>(
            Layout,
            Channels,
            slice.Count,
            X.View(slice),
            Dy.View(slice),
            Dx!.View(slice),
            mean.Data,
            scale.Data,
            context.Parameter(beta),
            rectify,
            slope.Data,
            shift.Data
        );

    private void Measure(in Slice slice) =>
        moments[slice.Index] = BatchNormalizationKernel.Statistics<V>(
            Layout,
            Channels,
            slice.Count,
            X.View(slice),
            (double*)momentMemory.Data + slice.Index * MomentLength
        );

    private void Complete()
    {
        int slices = context.Slicing.SlicesOf(context.Live.Count);
        ChannelMoments batch = moments[0];
        for (int slice = 1; slice < slices; slice++)
        {
            batch = batch.Merge(moments[slice]);
        }

        BatchNormalizationKernel.Complete(batch, constants.Epsilon, context.Parameter(gamma), mean.Data, inverse.Data, scale.Data);
        batchMoments = batch;
    }

    private void MoveRunningStatistics()
    {
        if (!context.Live.IsRefused)
        {
            BatchNormalizationKernel.MoveRunningStatistics(
                batchMoments,
                constants.Momentum,
                context.Parameter(runningMean),
                context.Parameter(runningVariance)
            );
        }
    }

    private void MeasureGradients(in Slice slice)
    {
        double* sums = gradientSums.Begin(slice);
        BatchNormalizationKernel.GradientSums<V>(
            Layout,
            Channels,
            slice.Count,
            X.View(slice),
            Dy.View(slice),
            mean.Data,
            scale.Data,
            context.Parameter(beta),
            rectify,
            sums,
            sums + Channels
        );
    }

    private void CompleteGradients()
    {
        double* sums = gradientSums.SumUp();
        float* dgamma = context.GradientOf(gamma);
        float* dbeta = context.GradientOf(beta);
        new Span<float>(dgamma, Channels).Clear();
        new Span<float>(dbeta, Channels).Clear();
        BatchNormalizationKernel.CompleteGradients(
            Channels,
            (long)context.Live.Count * X.Shape.Height * X.Shape.Width,
            sums,
            sums + Channels,
            inverse.Data,
            scale.Data,
            dgamma,
            dbeta,
            slope.Data,
            shift.Data
        );
    }

    private Arena.Place PerChannel() => context.Arena.Reserve(Channels);
}
