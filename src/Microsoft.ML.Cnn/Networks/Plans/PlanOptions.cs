using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>What a plan is compiled for.</summary>
/// <param name="BatchSize">Rows of the largest batch, at least 1.</param>
/// <param name="Threads">Threads that compute, at least 1. They only schedule: results do not depend on their number.</param>
/// <param name="InstructionSet">The width of the kernels.</param>
/// <param name="Seed">Of dropout's random numbers.</param>
/// <param name="Loss">What is measured, and its gradient computed; null for softmax cross-entropy.</param>
/// <param name="ErrorScales">Of each output: what its error is multiplied by before it is squared and reported; null for 1. The loss does not know of it.</param>
internal sealed record PlanOptions(
    int BatchSize,
    int Threads,
    InstructionSet InstructionSet,
    int Seed = 0,
    Loss? Loss = null,
    float[]? ErrorScales = null
)
{
    public static PlanOptions For(int batchSize, int threads, int seed = 0, Loss? loss = null) =>
        new(batchSize, threads, SimdDispatch.Best, seed, loss);
}
