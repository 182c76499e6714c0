using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Convolution with images in the lanes, by fewer products than its definition has.</summary>
internal sealed unsafe class LaneWinogradConvolution<V> : ConvolutionStep<V>
    where V : struct, IVector<V>
{
    private readonly LaneWinograd<V> sizes;
    private readonly LaneWinogradForward<V> forward;
    private readonly LaneWinogradGradients<V>? gradients;
    private readonly Arena.Place filters;
    private readonly Arena.Place laneBias;
    private readonly Arena.Place scratch;
    private readonly Arena.Place gradientPoints;
    private readonly ShardSums<V>? pointSums;

    public LaneWinogradConvolution(PlanContext<V> context, PlannedOperation operation)
        : base(context, operation)
    {
        sizes = new LaneWinograd<V>(Geometry);
        forward = new LaneWinogradForward<V>(sizes);
        filters = context.Arena.Reserve(sizes.FiltersLength);
        laneBias = context.Arena.Reserve((long)Geometry.OutputChannels * V.Count);
        ScratchLength = AlignedBuffer.RoundUp(forward.ScratchLength);
        if (context.IsTraining)
        {
            gradients = new LaneWinogradGradients<V>(sizes);
            GradientLength = AlignedBuffer.RoundUp(gradients.GradientLength);
            ScratchLength = Math.Max(
                ScratchLength,
                AlignedBuffer.RoundUp(sizes.Input.Length) + AlignedBuffer.RoundUp(gradients.ScratchLength)
            );
            gradientPoints = context.Arena.Reserve(context.Options.Threads * GradientLength);
            pointSums = new ShardSums<V>(context, sizes.FiltersLength);
        }

        scratch = context.Arena.Reserve(context.Options.Threads * ScratchLength);
    }

    public override IEnumerable<BatchPass> Prepare => [new BatchPass(1, (_, _) => PrepareFilters())];

    /// <summary>Floats of scratch of a worker.</summary>
    private long ScratchLength { get; }

    /// <summary>Floats of a worker's gradient at the points, whose halo stays zero.</summary>
    private long GradientLength { get; }

    protected override void RunForward(in Slice slice)
    {
        Planes x = X.View(slice);
        Planes y = Y.View(slice);
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            forward.Run(x, y, group, filters.Data, laneBias.Data, Rectify, scratch.Data + slice.Worker * ScratchLength);
        }
    }

    protected override void RunGradients(in Slice slice, Planes dy)
    {
        Planes x = X.View(slice);
        float* inputs = scratch.Data + slice.Worker * ScratchLength;
        float* rest = inputs + AlignedBuffer.RoundUp(sizes.Input.Length);
        float* points = gradientPoints.Data + slice.Worker * GradientLength;
        for (int group = 0; group < GroupsOf(slice); group++)
        {
            forward.TransformInput(x, group, inputs);
            gradients!.TransformGradient(dy, group, points);
            gradients.RunWeights(inputs, points, pointSums![slice.Shard], accumulate: !slice.IsFirstOfShard || group > 0, rest);
            if (Dx != null)
            {
                gradients.RunData(filters.Data, points, Dx.View(slice), group, rest);
            }
        }
    }

    protected override void AddUpWeights(float* gradient)
    {
        pointSums!.SumTo(pointSums[0]);
        sizes.AddUpPoints(pointSums[0], gradient);
    }

    private static int GroupsOf(in Slice slice) => (slice.Count + V.Count - 1) / V.Count;

    private void PrepareFilters()
    {
        ExpandConnections();
        sizes.TransformFilters(Weights, filters.Data);
        float* bias = Bias;
        for (int channel = 0; channel < Geometry.OutputChannels; channel++)
        {
            V.Broadcast(bias == null ? 0 : bias[channel]).Store(laneBias.Data + (nint)channel * V.Count);
        }
    }
}
