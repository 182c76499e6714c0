using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>What the engine makes of examples: copies of all that it leaves behind.</summary>
internal sealed record EngineRun(BatchResult Result, ParameterTable Table, float[] Gradients, float[] States)
{
    /// <summary>One step for each batch, on one plan; the last one counts.</summary>
    public static EngineRun Train(ConformanceCase @case, PlanOptions options, params Examples[] batches)
    {
        using ParameterStore store = @case.CreateStore();
        using TrainingPlan plan = new(@case.Description, store, options);
        BatchResult result = default;
        foreach (Examples examples in batches)
        {
            using PlanBatch batch = examples.ToPlan(options.BatchSize);
            result = plan.ComputeGradients(batch, step: 3);
        }

        return new EngineRun(result, store.Table, plan.Gradients.Span.ToArray(), store.State.Span.ToArray());
    }

    public static float[] Predict(ConformanceCase @case, PlanOptions options, Examples examples)
    {
        using ParameterStore store = @case.CreateStore();
        using InferencePlan plan = new(@case.Description, store, options);
        return Predict(plan, options.BatchSize, examples);
    }

    public static float[] Predict(InferencePlan plan, int capacity, Examples examples)
    {
        using PlanBatch batch = examples.ToPlan(capacity);
        float[] scores = new float[examples.Count * ConformanceCase.Classes];
        plan.Predict(batch, scores);
        return scores;
    }

    public static PlanOptions Options(int batchSize, InstructionSet instructionSet, int threads = 1) =>
        new(batchSize, threads, instructionSet, Seed: 9);

    public ReadOnlySpan<float> Gradient(string path) => Of(Gradients, path);

    public ReadOnlySpan<float> State(string path) => Of(States, path);

    private ReadOnlySpan<float> Of(float[] buffer, string path) => buffer.AsSpan((int)Table[path].Offset, (int)Table[path].Length);
}
