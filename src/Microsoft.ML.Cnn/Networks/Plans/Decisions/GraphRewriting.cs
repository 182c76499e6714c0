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
        Value current = graph.Input;
        foreach (Operation original in graph.Operations.ToArray())
        {
            Operation operation = original with { Input = current };
            if (operation.Primitive is DropoutPrimitive && !training)
            {
                continue;
            }

            if (CanRectify(operation, planned))
            {
                planned[^1] = Extend(planned[^1], operation) with { Rectify = true };
            }
            else if (!training && CanFold(operation, planned))
            {
                planned[^1] = Extend(planned[^1], operation) with { Normalization = operation };
            }
            else
            {
                if (operation.Primitive is DensePrimitive && layout == Layout.Images)
                {
                    operation = operation with { Input = Flatten(graph, planned, operation.Input, ref layout) };
                }

                Layout output = operation.Primitive is FlattenPrimitive ? Layout.Channels : layout;
                PlannedOperation next = new(operation, layout, output);
                planned.Add(operation.Primitive is MaxPoolPrimitive ? TakeRectifier(planned, next) : next);
                layout = output;
            }

            current = operation.Output;
        }

        // A network of nothing but dropout has no operation left when it predicts: its input is copied.
        if (layout == Layout.Images || !graph[current].IsFlat || planned.Count == 0)
        {
            Flatten(graph, planned, current, ref layout);
        }

        return planned;
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

    private static bool CanRectify(Operation operation, List<PlannedOperation> planned) =>
        operation.Primitive is ActivationPrimitive { Kind: ActivationKind.ReLU }
        && planned.Count > 0
        && planned[^1] is { Rectify: false, Primitive: ConvolutionPrimitive or DensePrimitive or MaxPoolPrimitive };

    /// <summary>
    /// Max pooling with the ReLU of the convolution before it, which loses it. The greatest of rectified values is the rectified greatest, and
    /// of those there are fewer.
    /// </summary>
    private static PlannedOperation TakeRectifier(List<PlannedOperation> planned, PlannedOperation pooling)
    {
        if (planned.Count == 0 || planned[^1] is not { Rectify: true, Primitive: ConvolutionPrimitive } convolution)
        {
            return pooling;
        }

        planned[^1] = convolution with { Rectify = false, Fused = convolution.Fused.RemoveAt(convolution.Fused.Length - 1) };
        return pooling with { Rectify = true, Fused = [convolution.Fused[^1]] };
    }

    private static bool CanFold(Operation operation, List<PlannedOperation> planned) =>
        operation.Primitive is BatchNormalizationPrimitive
        && planned.Count > 0
        && planned[^1] is { Rectify: false, Normalization: null, Primitive: ConvolutionPrimitive };

    private static bool ImagesPay(OperationGraph graph, int batchSize, int lanes)
    {
        ConvolutionPrimitive[] convolutions = [.. graph.Operations.Select(operation => operation.Primitive).OfType<ConvolutionPrimitive>()];
        return batchSize >= lanes
            && convolutions.Length > 0
            && convolutions.All(convolution => convolution.Geometry.InputChannels <= MostLaneChannels)
            && convolutions.SkipLast(1).All(convolution => convolution.Geometry.OutputChannels <= MostLaneChannels);
    }
}
