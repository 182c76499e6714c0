using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>All that the steps of a plan are compiled with.</summary>
internal sealed unsafe class PlanContext<V>
    where V : struct, IVector<V>
{
    private readonly Dictionary<Value, Blob> values = [];
    private readonly Dictionary<Value, Blob> gradients = [];
    private readonly Dictionary<Value, Blob> temporaries = [];

    public PlanContext(ModelDescription model, ParameterStore store, PlanOptions options, bool training)
    {
        Model = model;
        Store = store;
        Options = options;
        IsTraining = training;
        Graph = model.Network.Lower(model.InputShape);
        Operations = GraphRewriting.Plan(Graph, training, options.BatchSize, V.Count);
        Slicing = new Slicing(options.BatchSize, SliceImages());

        values[Graph.Input] = new Blob(Graph[Graph.Input], Operations[0].InputLayout, V.Count, Slicing);
        foreach (PlannedOperation operation in Operations)
        {
            Shape shape = Graph[operation.Operation.Output];
            values[operation.Operation.Output] = new Blob(shape, operation.OutputLayout, V.Count, Slicing);
            gradients[operation.Operation.Output] = new Blob(shape, operation.OutputLayout, V.Count, Slicing);
            if (operation.Primitive is ConvolutionPrimitive convolution)
            {
                values[operation.Operation.Input].Widen(convolution.Geometry.Window.Halo);
                gradients[operation.Operation.Output].Widen(convolution.Geometry.GradientHalo);
            }
        }
    }

    public ModelDescription Model { get; }

    public ParameterStore Store { get; }

    public PlanOptions Options { get; }

    public bool IsTraining { get; }

    public OperationGraph Graph { get; }

    public IReadOnlyList<PlannedOperation> Operations { get; }

    public Slicing Slicing { get; }

    public Arena Arena { get; } = new();

    public LiveBatch Live { get; } = new();

    /// <summary>The flat buffer of gradients; with a plan that trains.</summary>
    public AlignedBuffer? Gradients { get; init; }

    public Value Output => Operations[^1].Operation.Output;

    public Blob this[Value value] => values[value];

    /// <summary>The gradient of a value; null for the input, which nothing trains.</summary>
    public Blob? GradientOf(Value value) => gradients.GetValueOrDefault(value);

    /// <summary>Memory of the size of a value, kept by its step from the forward pass to the backward one.</summary>
    public Blob Temporary(Value value)
    {
        Blob like = values[value];
        return temporaries[value] = new Blob(like.Shape, like.Layout, V.Count, Slicing);
    }

    /// <summary>The memory that a step keeps for itself; null if it asked for none.</summary>
    public Blob? TemporaryOf(Value value) => temporaries.GetValueOrDefault(value);

    public ParameterSegment Segment(PlannedOperation operation, string name) =>
        Store.Table[ParameterTable.PathOf(operation.Operation.Path, name)];

    public float* Parameter(ParameterSegment segment) =>
        (segment.Kind == ParameterKind.Trainable ? Store.Parameters : Store.State).Data + segment.Offset;

    public float* GradientOf(ParameterSegment segment) => Gradients!.Data + segment.Offset;

    /// <summary>As many images as keep the largest value of a slice within a part of a core's second cache level.</summary>
    private int SliceImages()
    {
        const long CacheLength = 128 * 1024;
        const int MostImages = 32;
        int group = Operations[0].InputLayout == Layout.Images ? V.Count : 1;
        long largest = Operations.Max(operation =>
            Math.Max(Graph[operation.Operation.Output].Length, Graph[operation.Operation.Input].Length)
        );
        long images = Math.Clamp(CacheLength / largest, 1, MostImages);
        return (int)Math.Max(group, images / group * group);
    }
}
