using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>What a plan would decide and need, found out by compiling it without memory.</summary>
/// <param name="Bytes">Values, gradients of values, prepared parameters and workspace.</param>
/// <param name="Layers">How each layer that the plan computes is computed, by its path.</param>
/// <param name="Ending">When the loss, or the scores, are computed.</param>
/// <param name="Slicing">How a batch is cut.</param>
internal sealed record PlanEstimate(long Bytes, IReadOnlyDictionary<string, LayerEstimate> Layers, string Ending, Slicing Slicing)
{
    public static PlanEstimate Of(ModelDescription model, ParameterTable table, PlanOptions options, bool training) =>
        SimdDispatch.Run(options.InstructionSet, new Compiler(model, table, options, training));

    private sealed class Compiler(ModelDescription model, ParameterTable table, PlanOptions options, bool training)
        : IVectorFactory<PlanEstimate>
    {
        public PlanEstimate Create<V>()
            where V : struct, IVector<V>
        {
            PlanPasses<V> passes = new(new PlanContext<V>(model, table, options, training));
            PlanContext<V> context = passes.Context;
            long bytes = context.Arena.Bytes + (context.Prepared == context.Arena ? 0 : context.Prepared.Bytes);
            Dictionary<string, LayerEstimate> layers = [];
            foreach ((PlannedOperation operation, Steps.Step step) in context.Operations.Zip(passes.Steps))
            {
                string path = operation.Operation.Path;
                string layout = LayoutOf(operation, context.Graph[operation.Operation.Output]);

                // A layer may be several operations, such as a border and a convolution.
                string algorithm = layers.TryGetValue(path, out LayerEstimate? before)
                    ? $"{before.Algorithm}, {step.Algorithm}"
                    : step.Algorithm;
                layers[path] = new LayerEstimate(algorithm, layout);
                foreach (string fused in operation.Fused)
                {
                    layers[fused] = new LayerEstimate($"in {path}", layout);
                }
            }

            IEnumerable<Pass> ending = training ? passes.Loss.Forward : passes.Score.Forward;
            string taken = ending.All(pass => pass is SlicePass) ? "with each slice" : "for the whole batch";
            return new PlanEstimate(bytes, layers, taken, context.Slicing);
        }

        private static string LayoutOf(PlannedOperation operation, Shape made) =>
            operation.OutputLayout == Layout.Images ? "images in lanes"
            : made.IsFlat ? "rows"
            : "channels in lanes";
    }
}

/// <summary>How a plan computes a layer.</summary>
/// <param name="Algorithm">In words; <c>in conv1</c> for what is done on the way out of another layer.</param>
/// <param name="Layout">Of what it makes.</param>
internal sealed record LayerEstimate(string Algorithm, string Layout);
