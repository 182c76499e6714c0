using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>What changes from one batch to the next.</summary>
internal sealed unsafe class LiveBatch
{
    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    public float* Pixels { get; private set; }

    public Batch Source { get; private set; } = null!;

    /// <summary>Sum of the weights of rows with a label.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>The number of the step since training began.</summary>
    public long Step { get; private set; }

    /// <summary>Where scores go, [rows, outputs].</summary>
    public float* Scores { get; set; }

    public void Set(Batch batch, long step)
    {
        (Source, Count, Pixels, Step) = (batch, batch.Count, batch.Pixels, step);
        double total = 0;
        for (int row = 0; row < Count; row++)
        {
            total += batch.Labels[row] == Batch.NoLabel ? 0 : batch.Weights[row];
        }

        TotalWeight = total;
    }
}

/// <summary>All that the steps of a plan are compiled with.</summary>
internal sealed unsafe class PlanContext<V>
    where V : struct, IVector<V>
{
    private readonly Dictionary<Value, Blob> values = [];
    private readonly Dictionary<Value, Blob> gradients = [];

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

    public IEnumerable<Blob> Blobs => IsTraining ? values.Values.Concat(gradients.Values) : values.Values;

    public Blob this[Value value] => values[value];

    /// <summary>The gradient of a value; null for the input, which nothing trains.</summary>
    public Blob? GradientOf(Value value) => gradients.GetValueOrDefault(value);

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
