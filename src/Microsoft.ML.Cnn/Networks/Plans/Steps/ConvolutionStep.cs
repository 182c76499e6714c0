using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>What a convolution does in either layout: its bias, its ReLU, and filters that are connected to some inputs only.</summary>
internal abstract unsafe class ConvolutionStep<V> : Step
    where V : struct, IVector<V>
{
    private readonly ParameterSegment weights;
    private readonly ParameterSegment? bias;
    private readonly (int Input, int Filter)[]? connections;
    private readonly Arena.Place expanded;
    private readonly ShardSums<V>? biasSums;

    protected ConvolutionStep(PlanContext<V> context, PlannedOperation operation)
    {
        Context = context;
        ConvolutionPrimitive primitive = (ConvolutionPrimitive)operation.Primitive;
        Geometry = primitive.Geometry;
        Rectify = operation.Rectify;
        connections = primitive.Connections == null ? null : [.. Connected(primitive.Connections)];
        weights = context.Segment(operation, ParameterSpec.Weight);
        bias = primitive.Bias ? context.Segment(operation, ParameterSpec.Bias) : null;
        X = context[operation.Operation.Input];
        Y = context[operation.Operation.Output];
        if (connections != null)
        {
            expanded = context.Arena.Reserve(Geometry.WeightCount);
        }

        if (context.IsTraining)
        {
            Dx = context.GradientOf(operation.Operation.Input);
            Dy = context.GradientOf(operation.Operation.Output)!;
            biasSums = bias == null ? null : new ShardSums<V>(context, Geometry.OutputChannels);
        }
    }

    public override IEnumerable<Pass> Forward => [new SlicePass(RunForward)];

    public override IEnumerable<Pass> Backward => [new SlicePass(RunBackward)];

    public override IEnumerable<BatchPass> Reduce => [new BatchPass(1, (_, _) => AddUp())];

    protected PlanContext<V> Context { get; }

    protected ConvolutionGeometry Geometry { get; }

    protected bool Rectify { get; }

    protected Blob X { get; }

    protected Blob Y { get; }

    protected Blob? Dx { get; }

    protected Blob Dy { get; } = null!;

    /// <summary>Filters as <c>[tap, input channel, filter]</c>, with zeros where there is no connection.</summary>
    protected float* Weights => connections == null ? Context.Parameter(weights) : expanded.Data;

    /// <summary>One number a filter; null for none.</summary>
    protected float* Bias => bias == null ? null : Context.Parameter(bias);

    protected abstract void RunForward(in Slice slice);

    protected abstract void RunGradients(in Slice slice, Planes dy);

    /// <summary>Adds up the shards' gradients of the filters.</summary>
    protected abstract void AddUpWeights(float* gradient);

    protected bool IsExpanded => connections != null;

    /// <summary>To be called before filters are read, where not all are connected.</summary>
    protected void ExpandConnections()
    {
        if (connections == null)
        {
            return;
        }

        new Span<float>(expanded.Data, Geometry.WeightCount).Clear();
        float* source = Context.Parameter(weights);
        foreach ((int input, int filter) in connections)
        {
            for (int tap = 0; tap < Geometry.Taps; tap++)
            {
                expanded.Data[((nint)tap * Geometry.InputChannels + input) * Geometry.OutputChannels + filter] = *source++;
            }
        }
    }

    private void RunBackward(in Slice slice)
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

        RunGradients(slice, dy);
    }

    private void AddUp()
    {
        biasSums?.SumTo(Context.GradientOf(bias!));
        float* gradient = Context.GradientOf(weights);
        if (connections == null)
        {
            AddUpWeights(gradient);
            return;
        }

        // The expanded filters are not needed again before the next preparation: their place takes the expanded gradient.
        AddUpWeights(expanded.Data);
        foreach ((int input, int filter) in connections)
        {
            for (int tap = 0; tap < Geometry.Taps; tap++)
            {
                *gradient++ = expanded.Data[((nint)tap * Geometry.InputChannels + input) * Geometry.OutputChannels + filter];
            }
        }
    }

    // Listed once: a training step allocates nothing, not even an enumerator.
    private static IEnumerable<(int Input, int Filter)> Connected(ConnectionTable table) =>
        from filter in Enumerable.Range(0, table.Inputs.Length)
        from input in table.Inputs[filter]
        select (input, filter);
}
