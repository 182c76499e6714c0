using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Decisions;

/// <summary>The decisions of a plan on the graph of operations: which there are, fusion and layout.</summary>
internal static class GraphRewriting
{
    /// <summary>
    /// Up to here images in the lanes pay: with so few channels a vector of channels would be mostly empty, and the images of a slice fit the cache.
    /// </summary>
    private const int MostLaneChannels = 24;

    /// <param name="graph">The network. A flatten is appended where it does not end in flat rows.</param>
    /// <param name="training">Whether dropout drops; otherwise it is left out.</param>
    /// <param name="batchSize">Of the plan.</param>
    /// <param name="lanes">Of a vector.</param>
    public static List<PlannedOperation> Plan(OperationGraph graph, bool training, int batchSize, int lanes)
    {
        Layout layout = ImagesPay(graph, batchSize, lanes) ? Layout.Images : Layout.Channels;
        List<PlannedOperation> planned = [];
        (List<Operation> operations, Value current) = training ? ([.. graph.Operations], graph.Output) : WithoutDropout(graph);
        ILookup<Value, Operation> readers = operations
            .SelectMany(operation => operation.Inputs, (operation, input) => (operation, input))
            .ToLookup(use => use.input, use => use.operation);
        foreach (Operation original in operations)
        {
            // What one operation alone reads may become one with it.
            int maker = readers[original.Input].Count() == 1 ? planned.FindIndex(made => made.Operation.Output == original.Input) : -1;
            PlannedOperation? before = maker < 0 ? null : planned[maker];
            if (before != null && CanRectify(original, before))
            {
                planned[maker] = Extend(before, original) with { Rectify = true };
            }
            else if (before != null && !training && CanFold(original, before))
            {
                planned[maker] = Extend(before, original) with { Normalization = original };
            }
            else
            {
                Operation operation = original;
                if (operation.Primitive is DensePrimitive && layout == Layout.Images)
                {
                    operation = operation with { Inputs = [Flatten(graph, planned, operation.Input, ref layout)] };
                }

                Layout output = operation.Primitive is FlattenPrimitive ? Layout.Channels : layout;
                PlannedOperation next = new(operation, layout, output);
                if (operation.Primitive is MaxPoolPrimitive && before is { Rectify: true, Primitive: ConvolutionPrimitive })
                {
                    (planned[maker], next) = MoveRectifier(before, next);
                }

                planned.Add(next);
                layout = output;
            }
        }

        // A network of nothing but dropout has no operation left when it predicts: its input is copied.
        if (layout == Layout.Images || !graph[current].IsFlat || planned.Count == 0)
        {
            Flatten(graph, planned, current, ref layout);
        }

        return planned;
    }

    /// <summary>The operations where nothing is dropped: who reads the result of a dropout reads what came into it. And the value that leaves the network.</summary>
    private static (List<Operation> Operations, Value Output) WithoutDropout(OperationGraph graph)
    {
        Dictionary<Value, Value> same = [];
        List<Operation> kept = [];
        foreach (Operation operation in graph.Operations)
        {
            Operation resolved = operation with { Inputs = [.. operation.Inputs.Select(Resolve)] };
            if (operation.Primitive is DropoutPrimitive)
            {
                same[operation.Output] = resolved.Input;
            }
            else
            {
                kept.Add(resolved);
            }
        }

        return (kept, Resolve(graph.Output));

        Value Resolve(Value value) => same.GetValueOrDefault(value, value);
    }

    private static Value Flatten(OperationGraph graph, List<PlannedOperation> planned, Value input, ref Layout layout)
    {
        Value output = graph.Append("", input, new FlattenPrimitive());
        planned.Add(new PlannedOperation(graph.Operations[^1], layout, Layout.Channels));
        layout = Layout.Channels;
        return output;
    }

    /// <summary>An operation that makes what the one after it made.</summary>
    private static PlannedOperation Extend(PlannedOperation first, Operation second) =>
        first with
        {
            Operation = first.Operation with { Output = second.Output },
            Fused = first.Fused.Add(second.Path),
        };

    private static bool CanRectify(Operation operation, PlannedOperation before) =>
        operation.Primitive is ActivationPrimitive { Kind: ActivationKind.ReLU }
        && before
            is {
                Rectify: false,
                Primitive: ConvolutionPrimitive or DensePrimitive or MaxPoolPrimitive or SumPrimitive or BatchNormalizationPrimitive
            };

    /// <summary>
    /// Max pooling with the ReLU of the convolution before it, which loses it. The greatest of rectified values is the rectified greatest, and
    /// of those there are fewer.
    /// </summary>
    private static (PlannedOperation Convolution, PlannedOperation Pooling) MoveRectifier(
        PlannedOperation convolution,
        PlannedOperation pooling
    ) =>
        (
            convolution with
            {
                Rectify = false,
                Fused = convolution.Fused.RemoveAt(convolution.Fused.Length - 1),
            },
            pooling with
            {
                Rectify = true,
                Fused = [convolution.Fused[^1]],
            }
        );

    private static bool CanFold(Operation operation, PlannedOperation before) =>
        operation.Primitive is BatchNormalizationPrimitive
        && before is { Rectify: false, Normalization: null, Primitive: ConvolutionPrimitive };

    /// <summary>Networks whose values are joined have too many channels as a rule: they keep to one layout, which both sides of a sum must have.</summary>
    private static bool ImagesPay(OperationGraph graph, int batchSize, int lanes)
    {
        ConvolutionPrimitive[] convolutions = [.. graph.Operations.Select(operation => operation.Primitive).OfType<ConvolutionPrimitive>()];
        return batchSize >= lanes
            && graph.Operations.All(operation => operation.Inputs.Length == 1)
            && convolutions.Length > 0
            && convolutions.All(convolution => convolution.Geometry.InputChannels <= MostLaneChannels)
            && convolutions.SkipLast(1).All(convolution => convolution.Geometry.OutputChannels <= MostLaneChannels);
    }
}
