using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Networks;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>Forward and backward by this library: the loss, and the gradients as the plan leaves them.</summary>
internal static class PlanStep
{
    /// <summary>The mean over the batch, as libtorch has it.</summary>
    public static double Loss(BatchResult result) => result.WeightedLoss / result.TotalWeight;

    public static double Run(TrainingPlan plan, Examples examples)
    {
        using Batch batch = examples.ToBatch();
        return Loss(plan.ComputeGradients(batch, step: 0));
    }

    public static Span<float> Gradient(TrainingPlan plan, string path)
    {
        ParameterSegment segment = plan.Store.Table[path];
        return plan.Gradients.Span.Slice((int)segment.Offset, (int)segment.Length);
    }
}
