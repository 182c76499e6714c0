using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn;

/// <summary>What networks run on here.</summary>
public static class CnnRuntime
{
    /// <summary>
    /// The vectors that networks are trained and run with: <c>Vector512</c>, <c>Vector256</c> or <c>Vector128</c>, for their bits, or <c>Scalar</c>. It is the
    /// widest that this machine runs at full speed. Equal seeds give equal models wherever it is the same.
    /// </summary>
    public static string InstructionSet => SimdDispatch.Best.ToString();
}
