using Microsoft.ML.Cnn.Kernels.Convolution.Winograd;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>What a plan would decide and need, found out by compiling it without memory.</summary>
/// <param name="Bytes">Values, gradients of values, prepared parameters and workspace.</param>
/// <param name="Operations">How each layer is computed, by its path.</param>
internal sealed record PlanEstimate(long Bytes, IReadOnlyDictionary<string, string> Operations)
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
            Dictionary<string, string> operations = [];
            foreach (PlannedOperation operation in context.Operations)
            {
                if (operation.Primitive is ConvolutionPrimitive convolution)
                {
                    operations[operation.Operation.Path] = Describe(operation.Method, convolution.Geometry);
                }

                foreach (string fused in operation.Fused)
                {
                    operations[fused] = $"with {operation.Operation.Path}";
                }
            }

            return new PlanEstimate(bytes, operations);
        }

        private static string Describe(ConvolutionMethod method, ConvolutionGeometry geometry) =>
            method switch
            {
                ConvolutionMethod.Direct => "direct",
                ConvolutionMethod.Depthwise => "depthwise",
                ConvolutionMethod.Pixels => "direct, pixels in lanes",
                ConvolutionMethod.Lanes => "direct, images in lanes",
                ConvolutionMethod.LaneWinograd => "Winograd along rows, images in lanes",
                ConvolutionMethod.Winograd => $"Winograd {WinogradSize.For(geometry)}",
                ConvolutionMethod.SharedWinograd => $"Winograd {WinogradSize.For(geometry)}, shared",
                _ => throw new InvalidOperationException($"{method} has no name."),
            };
    }
}
