using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// The filters of a convolution and their bias as kernels read them: as they are, or derived from the parameters, with zeros where a filter is
/// not connected to an input, or with the batch normalization that was folded into them.
/// </summary>
internal sealed unsafe class ConvolutionFilters<V>
    where V : struct, IVector<V>
{
    private readonly PlanContext<V> context;
    private readonly ConvolutionGeometry geometry;
    private readonly ParameterSegment weights;
    private readonly ParameterSegment? bias;
    private readonly (int Input, int Filter)[]? connections;
    private readonly FoldedNormalization<V>? normalization;
    private readonly Arena.Place derivedWeights;
    private readonly Arena.Place derivedBias;

    public ConvolutionFilters(PlanContext<V> context, PlannedOperation operation)
    {
        this.context = context;
        ConvolutionPrimitive primitive = (ConvolutionPrimitive)operation.Primitive;
        geometry = primitive.Geometry;
        weights = context.Segment(operation, ParameterSpec.Weight);
        bias = primitive.Bias ? context.Segment(operation, ParameterSpec.Bias) : null;
        connections = primitive.Connections == null ? null : [.. Connected(primitive.Connections)];
        if (operation.Normalization != null)
        {
            normalization = new FoldedNormalization<V>(context, operation.Normalization, geometry.OutputChannels);
            derivedBias = context.Prepared.Reserve(geometry.OutputChannels);
        }

        if (AreDerived)
        {
            derivedWeights = context.Prepared.Reserve(geometry.WeightCount);
        }
    }

    /// <summary>Whether <see cref="Derive"/> has to be called before the filters are read.</summary>
    public bool AreDerived => connections != null || normalization != null;

    /// <summary><c>[tap, input channel, filter]</c>.</summary>
    public float* Weights => AreDerived ? derivedWeights.Data : context.Parameter(weights);

    /// <summary>One number a filter; null for none.</summary>
    public float* Bias =>
        normalization != null ? derivedBias.Data
        : bias == null ? null
        : context.Parameter(bias);

    /// <summary>Whether training changes the weights.</summary>
    public bool WeightsLearn => context.IsTraining && !weights.Frozen;

    /// <summary>Whether there is a bias that training changes.</summary>
    public bool BiasLearns => context.IsTraining && bias is { Frozen: false };

    /// <summary>Where the gradient of <see cref="Weights"/> goes, all connections; then <see cref="CollectGradient"/>.</summary>
    public float* WeightGradient => connections == null ? context.GradientOf(weights) : derivedWeights.Data;

    public float* BiasGradient => context.GradientOf(bias!);

    public void Derive()
    {
        if (!AreDerived)
        {
            return;
        }

        if (connections == null)
        {
            new ReadOnlySpan<float>(context.Parameter(weights), geometry.WeightCount).CopyTo(Derived);
        }
        else
        {
            Expand(connections);
        }

        normalization?.Fold(derivedWeights.Data, geometry.WeightCount, bias == null ? null : context.Parameter(bias), derivedBias.Data);
    }

    /// <summary>
    /// Picks the gradients of the connections there are from those of all. The expanded filters are not needed again before they are next
    /// derived: their place takes the expanded gradient.
    /// </summary>
    public void CollectGradient()
    {
        if (connections == null)
        {
            return;
        }

        float* gradient = context.GradientOf(weights);
        foreach ((int input, int filter) in connections)
        {
            for (int tap = 0; tap < geometry.Taps; tap++)
            {
                *gradient++ = derivedWeights.Data[Index(tap, input, filter)];
            }
        }
    }

    private Span<float> Derived => new(derivedWeights.Data, geometry.WeightCount);

    private void Expand((int Input, int Filter)[] connections)
    {
        Derived.Clear();
        float* source = context.Parameter(weights);
        foreach ((int input, int filter) in connections)
        {
            for (int tap = 0; tap < geometry.Taps; tap++)
            {
                derivedWeights.Data[Index(tap, input, filter)] = *source++;
            }
        }
    }

    private nint Index(int tap, int input, int filter) => ((nint)tap * geometry.InputChannels + input) * geometry.OutputChannels + filter;

    // Listed once: a training step allocates nothing, not even an enumerator.
    private static IEnumerable<(int Input, int Filter)> Connected(ConnectionTable table) =>
        from filter in Enumerable.Range(0, table.Inputs.Length)
        from input in table.Inputs[filter]
        select (input, filter);
}
