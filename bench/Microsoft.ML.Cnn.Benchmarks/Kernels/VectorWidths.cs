using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>The widths of vectors that this machine runs at full speed.</summary>
internal static class VectorWidths
{
    public static IEnumerable<InstructionSet> All => Enum.GetValues<InstructionSet>().Where(set => set <= SimdDispatch.Best);
}
