using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>Which step runs a primitive: the one place that knows all of them.</summary>
internal static class StepFactory
{
    public static Step Create<V>(PlanContext<V> context, PlannedOperation operation)
        where V : struct, IVector<V> =>
        operation.Primitive switch
        {
            ConvolutionPrimitive => Create(context, operation, operation.Method),
            DensePrimitive => DenseStep<V>.Create(context, operation),
            MaxPoolPrimitive => new MaxPoolStep<V>(context, operation),
            AveragePoolPrimitive => new AveragePoolStep<V>(context, operation),
            AdaptiveAveragePoolPrimitive => new AdaptiveAveragePoolStep<V>(context, operation),
            ActivationPrimitive activation => Create(context, operation, activation),
            SumPrimitive => new SumStep<V>(context, operation),
            ConcatenationPrimitive => new ConcatenationStep<V>(context, operation),
            BatchNormalizationPrimitive when !context.Learns(operation) => new FrozenBatchNormalizationStep<V>(context, operation),
            BatchNormalizationPrimitive when operation.Rectify => new BatchNormalizationStep<V, ReLUFunction>(context, operation),
            BatchNormalizationPrimitive => new BatchNormalizationStep<V, IdentityFunction>(context, operation),
            LocalResponseNormalizationPrimitive => new LocalResponseNormalizationStep<V>(context, operation),
            ChannelAffinePrimitive => new ChannelAffineStep<V>(context, operation),
            DropoutPrimitive => new DropoutStep<V>(context, operation),
            PadPrimitive => new PadStep<V>(context, operation),
            FlattenPrimitive => new FlattenStep<V>(context, operation),
            _ => throw new InvalidOperationException($"There is no step for {operation.Primitive.GetType().Name}."),
        };

    private static Step Create<V>(PlanContext<V> context, PlannedOperation operation, ConvolutionMethod method)
        where V : struct, IVector<V> =>
        method switch
        {
            ConvolutionMethod.Direct => new DirectConvolution<V>(context, operation),
            ConvolutionMethod.Depthwise => new DepthwiseConvolution<V>(context, operation),
            ConvolutionMethod.Pixels => new PixelConvolution<V>(context, operation),
            ConvolutionMethod.Lanes => new LaneConvolution<V>(context, operation),
            ConvolutionMethod.ShallowWinograd => new ShallowConvolution<V>(context, operation),
            ConvolutionMethod.LaneWinograd => new LaneWinogradConvolution<V>(context, operation),
            ConvolutionMethod.Winograd => new WinogradConvolution<V>(context, operation),
            ConvolutionMethod.SharedWinograd => new SharedWinogradConvolution<V>(context, operation),
            _ => throw new InvalidOperationException($"There is no step for {method}."),
        };

    private static Step Create<V>(PlanContext<V> context, PlannedOperation operation, ActivationPrimitive activation)
        where V : struct, IVector<V> =>
        activation.Kind switch
        {
            ActivationKind.ReLU => new ActivationStep<V, ReLUFunction>(context, operation),
            ActivationKind.Tanh => new ActivationStep<V, TanhFunction>(context, operation),
            ActivationKind.ScaledTanh => new ActivationStep<V, ScaledTanhFunction>(context, operation),
            ActivationKind.Sigmoid => new ActivationStep<V, SigmoidFunction>(context, operation),
            ActivationKind.LeakyReLU => new ActivationStep<V, LeakyReLUFunction>(context, operation, new(activation.Constant)),
            ActivationKind.ELU => new ActivationStep<V, ELUFunction>(context, operation, new(activation.Constant)),
            ActivationKind.GELU => new ActivationStep<V, GELUFunction>(context, operation),
            ActivationKind.SiLU => new ActivationStep<V, SiLUFunction>(context, operation),
            _ => throw new InvalidOperationException($"There is no step for {activation.Kind}."),
        };
}
