using System.Runtime.Intrinsics;

namespace Microsoft.ML.Cnn.Kernels.Simd;

/// <summary>The widths the kernels exist in.</summary>
internal enum InstructionSet
{
    Scalar,
    Vector128,
    Vector256,
    Vector512,
}

/// <summary>Builds something (a compiled plan) for a vector type.</summary>
internal interface IVectorFactory<TResult>
{
    TResult Create<V>()
        where V : struct, IVector<V>;
}

/// <summary>The one place that chooses an instruction set. Everything below it is generic over the vector it picks.</summary>
internal static class SimdDispatch
{
    /// <summary>The widest that this machine runs at full speed.</summary>
    public static InstructionSet Best { get; } =
        Vector512.IsHardwareAccelerated ? InstructionSet.Vector512
        : Vector256.IsHardwareAccelerated ? InstructionSet.Vector256
        : Vector128.IsHardwareAccelerated ? InstructionSet.Vector128
        : InstructionSet.Scalar;

    public static TResult Run<TResult>(InstructionSet instructionSet, IVectorFactory<TResult> factory) =>
        instructionSet switch
        {
            InstructionSet.Vector512 => factory.Create<F32x16>(),
            InstructionSet.Vector256 => factory.Create<F32x8>(),
            InstructionSet.Vector128 => factory.Create<F32x4>(),
            _ => factory.Create<F32x1>(),
        };
}
