using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class TrainingMemoryTests
{
    private static readonly TrainingMemory memory = new(Parameters: 3L << 30, Gradients: 2L << 30, Values: 1L << 30, Images: 64 << 20);

    [Fact]
    public void It_is_what_plans_and_buffers_take()
    {
        ModelDescription model = Quadrants.Describe(Quadrants.Network);
        ParameterTable table = ParameterTable.Of(Quadrants.Network, Quadrants.Shape);
        TrainingSettings settings = new()
        {
            BatchSize = 50,
            Threads = 2,
            Optimizer = new Adam(),
            EarlyStopping = new EarlyStopping(),
            ShuffleBufferRows = 30,
        };
        TrainingMemory estimate = TrainingMemory.Of(model, table, settings, new FakeSource(64, []), trainRows: 40, validationRows: 45);

        using ParameterStore store = new(table);
        using TrainingPlan training = new(model, store, PlanOptions.For(40, 2));
        using InferencePlan validation = new(model, store, PlanOptions.For(45, 2));
        Assert.Equal(training.ArenaBytes + validation.Bytes, estimate.Values);
        Assert.Equal(3 * 4 * (table.TrainableLength + table.StateLength), estimate.Parameters);
        Assert.Equal(3 * 4 * table.TrainableLength, estimate.Gradients);

        // Sixteen batches at most ahead of each pass, and the buffer.
        Assert.Equal(4 * 64 * (16 * 40 + 16 * 45 + 30), estimate.Images);
        Assert.Equal(estimate.Parameters + estimate.Gradients + estimate.Values + estimate.Images, estimate.Total);
    }

    [Fact]
    public void Few_validation_images_take_no_more_than_a_batch_of_them()
    {
        ModelDescription model = Quadrants.Describe(Quadrants.Network);
        ParameterTable table = ParameterTable.Of(Quadrants.Network, Quadrants.Shape);
        TrainingSettings settings = new() { BatchSize = 100_000 };
        Assert.Equal(Of(3).Values, Of(3, batchSize: 3).Values);
        Assert.Equal([1, 3, 100_000], new long[] { 0, 3, 1_000_000 }.Select(rows => ValidationPass.BatchSizeFor(rows, settings)));

        TrainingMemory Of(long rows, int batchSize = 100_000) =>
            TrainingMemory.Of(model, table, settings with { BatchSize = batchSize }, new FakeSource(64, []), trainRows: 3, rows);
    }

    [Fact]
    public void Frozen_layers_take_less()
    {
        ModelDescription model = Quadrants.Describe(Quadrants.Network);
        ParameterTable table = ParameterTable.Of(Quadrants.Network, Quadrants.Shape);
        ParameterTable frozen = new(table.Segments.Select(segment => segment with { Frozen = segment.Layer != "output" }));
        Assert.True(Of(frozen).Values < Of(table).Values);

        TrainingMemory Of(ParameterTable table) =>
            TrainingMemory.Of(model, table, new TrainingSettings(), new FakeSource(64, []), trainRows: 64, validationRows: 0);
    }

    [Fact]
    public void More_than_there_is_is_refused_with_the_figures()
    {
        InsufficientMemoryException exception = Assert.Throws<InsufficientMemoryException>(() =>
            memory.Require(4L << 30, mayExceed: false, _ => Assert.Fail("It is refused, not warned of."))
        );
        Assert.Contains(
            "about 6.1 GB (parameters 3.0 GB, gradients and optimizer 2.0 GB, values 1.0 GB, images 64.0 MB), and the machine has 4.0 GB",
            exception.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("IgnoreMemoryEstimate", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_there_is_may_be_tried_and_little_to_spare_is_warned_of()
    {
        List<string> warnings = [];
        memory.Require(4L << 30, mayExceed: true, warnings.Add);
        memory.Require(7L << 30, mayExceed: false, warnings.Add);
        Assert.Equal(2, warnings.Count);
        Assert.Contains("the machine has 7.0 GB", warnings[1], StringComparison.Ordinal);
        memory.Require(9L << 30, mayExceed: false, warnings.Add);
        Assert.Equal(2, warnings.Count);
    }
}
