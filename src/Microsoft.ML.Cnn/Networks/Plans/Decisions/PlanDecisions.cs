using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Decisions;

/// <summary>
/// All that a plan decides: fusion and layout of operations, how each convolution is computed, how a batch is cut, and what workers share. It
/// follows from the network, the batch size and the width of vectors; in a plan that trains never from the number of threads.
/// </summary>
internal sealed class PlanDecisions
{
    private PlanDecisions(IReadOnlyList<PlannedOperation> operations, Slicing slicing)
    {
        Operations = operations;
        Slicing = slicing;
    }

    /// <summary>In the order they run.</summary>
    public IReadOnlyList<PlannedOperation> Operations { get; }

    public Slicing Slicing { get; }

    /// <param name="graph">The network; what the plan needs beyond it is appended.</param>
    /// <param name="training">Whether gradients are wanted.</param>
    /// <param name="convolutions">How they may be computed.</param>
    /// <param name="options">Of the plan.</param>
    /// <param name="lanes">Of a vector.</param>
    public static PlanDecisions Make(OperationGraph graph, bool training, ConvolutionAlgorithm convolutions, PlanOptions options, int lanes)
    {
        List<PlannedOperation> operations = GraphRewriting.Plan(graph, training, options.BatchSize, lanes);
        Slicing slicing = new(options.BatchSize, SliceChoice.Images(graph, operations, training, options.BatchSize, lanes), training);
        for (int i = 0; i < operations.Count; i++)
        {
            if (operations[i].Primitive is ConvolutionPrimitive convolution)
            {
                ConvolutionMethod method = ConvolutionChoice.Method(convolution, operations[i].InputLayout, convolutions, training, lanes);
                operations[i] = operations[i] with
                {
                    Method = method,
                    IsSpread =
                        operations[i].InputLayout != Layout.Images
                        && ConvolutionChoice.IsSpread(convolution, training, slicing, options.Threads),
                };
            }
        }

        return new PlanDecisions(operations, slicing);
    }
}
