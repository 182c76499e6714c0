using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>All that the steps of a plan are compiled with.</summary>
internal sealed unsafe class PlanContext<V>
    where V : struct, IVector<V>
{
    private readonly Dictionary<Value, Blob> values = [];
    private readonly Dictionary<Value, Blob> gradients = [];
    private readonly Dictionary<Value, Blob> temporaries = [];
    private readonly List<ParameterSegment> fused = [];

    /// <summary>Of the operation that makes a value, for each of its inputs: where its backward pass leaves the gradient.</summary>
    private readonly Dictionary<Value, Blob?[]> inputGradients = [];

    /// <param name="model">The network.</param>
    /// <param name="table">Of its parameters.</param>
    /// <param name="options">What to compile for.</param>
    /// <param name="training">Whether gradients are wanted.</param>
    public PlanContext(ModelDescription model, ParameterTable table, PlanOptions options, bool training)
    {
        Model = model;
        Table = table;
        Options = options;
        IsTraining = training;
        Graph = model.Lower();
        PlanDecisions decisions = PlanDecisions.Make(Graph, training, model.Convolutions, options, V.Count);
        Operations = decisions.Operations;
        Slicing = decisions.Slicing;
        Workspace = new Workspace(options.Threads, Slicing.Shards);
        Prepared = training ? Arena : new Arena();

        values[Graph.Input] = new Blob(Graph[Graph.Input], Operations[0].InputLayout, V.Count);
        foreach (PlannedOperation operation in Operations)
        {
            (Value input, Value output) = (operation.Operation.Input, operation.Operation.Output);
            values[output] = new Blob(Graph[output], operation.OutputLayout, V.Count);
            if (operation.Operation.Inputs.Any(gradients.ContainsKey) || Learns(operation) || output == Output)
            {
                gradients[output] = new Blob(Graph[output], operation.OutputLayout, V.Count);
            }

            if (operation.Primitive is ConvolutionPrimitive convolution)
            {
                values[input].Widen(convolution.Geometry.Window.Halo);
                if (gradients.ContainsKey(input) && operation.Method != ConvolutionMethod.LaneWinograd)
                {
                    gradients[output].Widen(convolution.Geometry.GradientHalo);
                }
            }
        }

        ShareOutGradients();
    }

    public ModelDescription Model { get; }

    public ParameterTable Table { get; }

    /// <summary>With a plan that shall run.</summary>
    public ParameterStore? Store { get; init; }

    public PlanOptions Options { get; }

    public bool IsTraining { get; }

    public OperationGraph Graph { get; }

    public IReadOnlyList<PlannedOperation> Operations { get; }

    public Slicing Slicing { get; }

    public Arena Arena { get; } = new();

    /// <summary>Holds what follows from the parameters alone. Plans that predict share it with others of their kind.</summary>
    public Arena Prepared { get; }

    public Workspace Workspace { get; }

    public LiveBatch Live { get; } = new();

    /// <summary>The flat buffer of gradients; with a plan that trains.</summary>
    public AlignedBuffer? Gradients { get; init; }

    /// <summary>Segments whose gradients an update takes as they are made.</summary>
    public IReadOnlyList<ParameterSegment> Fused => fused;

    /// <summary>Names all that <see cref="Prepared"/> depends on.</summary>
    public string Kind =>
        string.Join(' ', Operations.Select(operation => $"{operation.InputLayout}.{operation.Method}").Prepend($"{V.Count}"));

    public Value Output => Operations[^1].Operation.Output;

    public Blob this[Value value] => values[value];

    /// <summary>The gradient of a value; null for one that nothing trained lies before, such as the input. Without training only the output has one.</summary>
    public Blob? GradientOf(Value value) => gradients.GetValueOrDefault(value);

    /// <summary>Where an operation leaves the gradient of each of its inputs; null where nothing before it learns.</summary>
    public IReadOnlyList<Blob?> InputGradients(PlannedOperation operation) => inputGradients[operation.Operation.Output];

    /// <summary>Likewise, of its only input.</summary>
    public Blob? InputGradient(PlannedOperation operation) => InputGradients(operation)[0];

    /// <summary>
    /// What an operation leaves beside the gradient of a value that others have begun to make, and where it has to be added: empty unless the value
    /// has several readers.
    /// </summary>
    public IEnumerable<(Blob Part, Blob Sum)> GradientParts(PlannedOperation operation) =>
        from use in operation.Operation.Inputs.Zip(InputGradients(operation))
        where use.Second != GradientOf(use.First)
        select (use.Second, GradientOf(use.First)!);

    /// <summary>Memory of the size of a value, kept by its step from the forward pass to the backward one.</summary>
    public Blob Temporary(Value value)
    {
        Blob like = values[value];
        return temporaries[value] = new Blob(like.Shape, like.Layout, V.Count);
    }

    /// <summary>The memory that a step keeps for itself; null if it asked for none.</summary>
    public Blob? TemporaryOf(Value value) => temporaries.GetValueOrDefault(value);

    /// <summary>Whether parameters of an operation are trained.</summary>
    public bool Learns(PlannedOperation operation) =>
        IsTraining && Table.Of(operation.Operation.Path).Any(segment => segment is { Kind: ParameterKind.Trainable, Frozen: false });

    public ParameterSegment Segment(Operation operation, string name) => Table[ParameterTable.PathOf(operation.Path, name)];

    public ParameterSegment Segment(PlannedOperation operation, string name) => Segment(operation.Operation, name);

    public float* Parameter(ParameterSegment segment) =>
        (segment.Kind == ParameterKind.Trainable ? Store!.Parameters : Store!.State).Data + segment.Offset;

    public float* GradientOf(ParameterSegment segment) => Gradients!.Data + segment.Offset;

    /// <summary>
    /// To be called by a step that makes a segment's gradient for the whole batch, range by range, once nothing reads the parameters any more:
    /// where a batch comes with an update, the step applies it to each range, and need not leave the gradient in <see cref="Gradients"/>.
    /// </summary>
    public void Fuse(ParameterSegment segment) => fused.Add(segment);

    /// <summary>
    /// Backward, the last reader of a value is the first to make its gradient; each other has memory of its own for its part, which is added then.
    /// All readers run back, frozen ones too: where a value has a gradient, so has what follows from it.
    /// </summary>
    private void ShareOutGradients()
    {
        HashSet<Value> begun = [];
        foreach (PlannedOperation operation in Operations.Reverse())
        {
            inputGradients[operation.Operation.Output] =
            [
                .. operation.Operation.Inputs.Select(input =>
                    GradientOf(input) is not Blob whole ? null
                    : begun.Add(input) ? whole
                    : new Blob(whole.Shape, whole.Layout, V.Count)
                ),
            ];
        }
    }
}
