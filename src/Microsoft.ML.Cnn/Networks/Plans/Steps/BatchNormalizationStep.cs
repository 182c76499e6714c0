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
/// <typeparam name="V">The vectors.</typeparam>
/// <typeparam name="TActivation">A ReLU that follows, or none.</typeparam>
internal sealed unsafe class BatchNormalizationStep<V, TActivation> : MapStep<V>
    where V : struct, IVector<V>
    where TActivation : struct, IActivation
{
    private readonly PlanContext<V> context;
    private readonly BatchNormalizationPrimitive constants;
    private readonly ParameterSegment gamma;
    private readonly ParameterSegment beta;
    private readonly ParameterSegment runningMean;
    private readonly ParameterSegment runningVariance;

    /// <summary>Of the slices; the first becomes that of the batch.</summary>
    private readonly ChannelMoments[] moments;
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
        constants = (BatchNormalizationPrimitive)operation.Primitive;
        gamma = context.Segment(operation, ParameterSpec.Weight);
        beta = context.Segment(operation, ParameterSpec.Bias);
        runningMean = context.Segment(operation, BatchNormalization.RunningMean);
        runningVariance = context.Segment(operation, BatchNormalization.RunningVariance);
        moments = new ChannelMoments[context.Slicing.Slices];
        momentMemory = context.Arena.Reserve(MomentLength * 2L * moments.Length);
        gradientSums = new ShardDoubles<V>(context, 2L * Channels);
        (mean, inverse, scale, slope, shift) = (PerChannel(), PerChannel(), PerChannel(), PerChannel(), PerChannel());
    }

    public override string Algorithm => "moments of the batch, then one pass";

    public override IEnumerable<Pass> Forward =>
        [new SlicePass(Measure), new BatchPass(1, (_, _) => Complete()), new SlicePass(RunForward)];

    // The parameters have gradients even where the input has none.
    public override IEnumerable<Pass> Backward =>
        [new SlicePass(MeasureGradients), new BatchPass(1, (_, _) => CompleteGradients()), .. base.Backward];

    /// <summary>The running statistics, once it is known that the batch has a loss.</summary>
    public override IEnumerable<BatchPass> Reduce => [new BatchPass(1, (_, _) => MoveRunningStatistics())];

    /// <summary>Doubles of a slice's means and squares.</summary>
    private int MomentLength => 2 * Channels;

    private ChannelTerms Terms =>
        new()
        {
            Center = mean.Data,
            Scale = scale.Data,
            Bias = context.Parameter(beta),
            Slope = slope.Data,
            Shift = shift.Data,
        };

    protected override void RunForward(in Slice slice) =>
        BatchNormalizationKernel.Forward<V, TActivation>(Layout, Channels, X.View(slice), Y.View(slice), Terms);

    protected override void RunBackward(in Slice slice) =>
        BatchNormalizationKernel.Backward<V, TActivation>(
            Layout,
            Channels,
            slice.Count,
            X.View(slice),
            Dy.View(slice),
            Dx!.View(slice),
            Terms
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
        for (int slice = 1; slice < slices; slice++)
        {
            moments[0] = moments[0].Merge(moments[slice]);
        }

        BatchNormalizationKernel.Complete(moments[0], constants.Epsilon, context.Parameter(gamma), mean.Data, inverse.Data, scale.Data);
    }

    private void MoveRunningStatistics()
    {
        if (!context.Live.IsRefused)
        {
            BatchNormalizationKernel.MoveRunningStatistics(
                moments[0],
                constants.Momentum,
                context.Parameter(runningMean),
                context.Parameter(runningVariance)
            );
        }
    }

    private void MeasureGradients(in Slice slice)
    {
        double* sums = gradientSums.Begin(slice);
        BatchNormalizationKernel.GradientSums<V, TActivation>(
            Layout,
            Channels,
            slice.Count,
            X.View(slice),
            Dy.View(slice),
            Terms,
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
