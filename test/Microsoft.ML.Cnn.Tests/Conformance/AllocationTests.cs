using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>Counts what the whole process allocates: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public class AllocationTests
{
    public static TheoryData<string> Names => ConformanceTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_step_allocates_nothing_on_any_thread(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        using ParameterStore store = @case.CreateStore();
        using TrainingPlan plan = new(@case.Description, store, EngineRun.Options(@case.LargestBatch, SimdDispatch.Best, threads: 2));
        using PlanBatch batch = Examples.Create(@case.LargestBatch, @case.Input, ConformanceCase.Classes).ToPlan(@case.LargestBatch);
        plan.ComputeGradients(batch, step: 0);

        // The runner's own threads may allocate in between; a step that allocates does so every time.
        long least = long.MaxValue;
        for (int step = 1; step <= 10 && least > 0; step++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            plan.ComputeGradients(batch, step);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_second_training_step_allocates_nothing_on_its_thread(string name)
    {
        ConformanceCase @case = ConformanceCases.Named(name);
        using ParameterStore store = @case.CreateStore();
        using TrainingPlan plan = new(@case.Description, store, EngineRun.Options(@case.LargestBatch, SimdDispatch.Best));
        using PlanBatch batch = Examples.Create(@case.LargestBatch, @case.Input, ConformanceCase.Classes).ToPlan(@case.LargestBatch);
        plan.ComputeGradients(batch, step: 0);

        // The runtime may allocate when it compiles a method anew; a step that allocates does so every time.
        long least = long.MaxValue;
        for (int step = 1; step <= 10 && least > 0; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            plan.ComputeGradients(batch, step);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
