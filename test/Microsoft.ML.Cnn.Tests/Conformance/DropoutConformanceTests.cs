using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Batch = Microsoft.ML.Cnn.Tests.Testing.Batch;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>
/// Each row of the batch is one pixel that is 1 in a channel of its own, so that the gradient of the weight from that channel to a filter
/// is that of one element: where it is zero, the element was dropped.
/// </summary>
public class DropoutConformanceTests
{
    private const int Rows = 24;
    private const int Filters = 64;
    private const float Rate = 0.3f;

    public static TheoryData<bool> Layouts => [true, false];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Forward_and_backward_drop_the_same_elements(bool imagesInLanes)
    {
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            using ParameterStore store = ParameterStore.Initialize(NetworkOf(imagesInLanes), Input, seed: 3);
            (BatchResult result, float[] gradient) = Train(store, imagesInLanes, set, step: 1);
            double[] weights = [.. store[$"{FrontName(imagesInLanes)}/weight"].ToArray().Select(value => (double)value)];
            Batch dropped = new(Rows, Shape.Flat(Filters), [.. weights.Select((w, i) => gradient[i] == 0 ? 0 : w / (1 - Rate))]);
            (double loss, Batch expected) = Ones().Loss(dropped);
            Assert.Equal(loss, result.WeightedLoss, 1e-4);
            double[] gradients = [.. expected.Values.Select((g, i) => gradient[i] == 0 ? 0 : g / (1 - Rate))];
            Close.Equal(gradients, gradient, 1e-5, 0, $"{set}");
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void About_as_many_elements_are_dropped_as_the_rate_says(bool imagesInLanes)
    {
        int dropped = Enumerable.Range(0, 8).Sum(step => Mask(imagesInLanes, step).Count(isDropped => isDropped));
        double deviation = Math.Sqrt(8 * Rows * Filters * Rate * (1 - Rate));
        Assert.InRange(dropped, 8 * Rows * Filters * Rate - 4 * deviation, 8 * Rows * Filters * Rate + 4 * deviation);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Steps_drop_different_elements_and_the_same_step_the_same(bool imagesInLanes)
    {
        bool[] mask = Mask(imagesInLanes, step: 1);
        Assert.Equal(mask, Mask(imagesInLanes, step: 1));
        double agreeing = mask.Zip(Mask(imagesInLanes, step: 2), (a, b) => a == b ? 1.0 : 0).Average();
        Assert.InRange(agreeing, 0.5, 0.66); // 0.7 * 0.7 + 0.3 * 0.3 = 0.58
    }

    [Fact]
    public void Rows_and_channels_drop_different_elements()
    {
        bool[] mask = Mask(imagesInLanes: true, step: 1);
        bool[][] rows = [.. Enumerable.Range(0, Rows).Select(row => mask[(row * Filters)..((row + 1) * Filters)])];
        Assert.Equal(Rows, rows.Select(row => string.Concat(row.Select(isDropped => isDropped ? '0' : '1'))).Distinct().Count());
    }

    private static Shape Input => Shape.Flat(Rows);

    private static string FrontName(bool imagesInLanes) => imagesInLanes ? "conv1" : "dense1";

    private static Network NetworkOf(bool imagesInLanes) =>
        Network.Sequential(imagesInLanes ? new Conv2D(Filters, 1, bias: false) : new Dense(Filters, bias: false), new Dropout(Rate));

    private static bool[] Mask(bool imagesInLanes, long step)
    {
        using ParameterStore store = ParameterStore.Initialize(NetworkOf(imagesInLanes), Input, seed: 3);
        return Array.ConvertAll(Train(store, imagesInLanes, SimdDispatch.Best, step).Gradient, value => value == 0);
    }

    private static (BatchResult Result, float[] Gradient) Train(ParameterStore store, bool imagesInLanes, InstructionSet set, long step)
    {
        ModelDescription description = new(
            NetworkOf(imagesInLanes),
            Input,
            PixelOrder.Interleaved,
            PixelNormalization.None(Rows),
            ModelOutput.Values,
            []
        );
        using TrainingPlan plan = new(description, store, new PlanOptions(Rows, 1, set, Seed: 4));
        using PlanBatch batch = Ones().ToPlan(Rows);
        BatchResult result = plan.ComputeGradients(batch, step);
        return (result, plan.Gradients.Span[..(Rows * Filters)].ToArray());
    }

    private static Examples Ones()
    {
        Batch images = new(Rows, Input);
        for (int row = 0; row < Rows; row++)
        {
            images[row, 0, 0, row] = 1;
        }

        return new Examples(images, [.. Enumerable.Range(0, Rows)], [.. Enumerable.Repeat(1f, Rows)]);
    }
}
