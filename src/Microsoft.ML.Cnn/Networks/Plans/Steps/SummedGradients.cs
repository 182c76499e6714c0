using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans.Decisions;
using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Networks.Plans.Steps;

/// <summary>
/// A step that reads values which later steps read too: backward, their gradients have been begun, and what this step makes is added to them.
/// </summary>
internal sealed class SummedGradients<V> : Step
    where V : struct, IVector<V>
{
    private readonly Step step;
    private readonly (Blob Part, Blob Sum)[] parts;

    private SummedGradients(Step step, (Blob Part, Blob Sum)[] parts)
    {
        this.step = step;
        this.parts = parts;
    }

    public override string Algorithm => step.Algorithm;

    public override IEnumerable<BatchPass> Prepare => step.Prepare;

    public override IEnumerable<Pass> Forward => step.Forward;

    public override IEnumerable<Pass> Backward => [.. step.Backward, new SlicePass(AddParts)];

    public override IEnumerable<BatchPass> Reduce => step.Reduce;

    /// <summary>The step itself, where nothing is to be added.</summary>
    public static Step Of(PlanContext<V> context, PlannedOperation operation, Step step)
    {
        (Blob Part, Blob Sum)[] parts = [.. context.GradientParts(operation)];
        return parts.Length == 0 ? step : new SummedGradients<V>(step, parts);
    }

    private void AddParts(in Slice slice)
    {
        foreach ((Blob part, Blob sum) in parts)
        {
            Addition.Run<V>(sum.View(slice), part.View(slice), sum.View(slice), rectify: false);
        }
    }
}
