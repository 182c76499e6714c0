using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;
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

        Assert.Equal(0, LeastOf(step => plan.ComputeGradients(batch, step), AllocatedByAll));
    }

    [Theory]
    [InlineData("LeNet-5", 28, 1)]
    [InlineData("VGG", 32, 3)]
    [InlineData("VGG, normalized", 32, 3)]
    [InlineData("AlexNet", 32, 3)]
    public void A_step_of_a_whole_network_and_its_optimizer_allocates_nothing_on_any_thread(string name, int side, int channels)
    {
        const int Images = 16;
        Shape image = new(side, side, channels);
        Network body = name switch
        {
            "LeNet-5" => Architectures.LeNet5(),
            "VGG" => Architectures.SmallVgg(firstBlockWidth: 16, batchNormalization: false),
            "VGG, normalized" => Architectures.SmallVgg(firstBlockWidth: 16),
            _ => Architectures.SmallAlexNet(),
        };
        CnnModel model = CnnModel.Create(body.WithOutput(ConformanceCase.Classes, image), image, seed: 1, ModelOutput.Softmax);
        using Learner learner = new(model.Description, model.Store, new Sgd(momentum: 0.9f), PlanOptions.For(Images, threads: 2));
        using PlanBatch batch = Examples.Create(Images, image, ConformanceCase.Classes).ToPlan(Images);
        learner.Step(batch, rate: 0.001f);

        Assert.Equal(0, LeastOf(_ => learner.Step(batch, rate: 0.001f), AllocatedByAll));
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

        Assert.Equal(0, LeastOf(step => plan.ComputeGradients(batch, step), GC.GetAllocatedBytesForCurrentThread));
    }

    private static long AllocatedByAll() => GC.GetTotalAllocatedBytes(precise: true);

    /// <summary>
    /// The runtime allocates when it compiles a method anew, and the runner's own threads may; a step that allocates does so every time.
    /// </summary>
    private static long LeastOf(Action<int> run, Func<long> allocated)
    {
        long least = long.MaxValue;
        for (int step = 1; step <= 10 && least > 0; step++)
        {
            long before = allocated();
            run(step);
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }
}
