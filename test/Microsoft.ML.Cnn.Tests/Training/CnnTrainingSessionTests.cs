using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Training;

public class CnnTrainingSessionTests
{
    private static readonly CnnModel start = CnnModel.Create(
        Network.Sequential(new Conv2D(4, kernel: 3), new ReLU(), new Flatten(), new Dense(2)),
        new Shape(5, 5, 1),
        seed: 1,
        ModelOutput.Softmax
    );

    [Fact]
    public void A_model_learns_without_ml_net()
    {
        (float[] pixels, int[] labels) = Halves(32);
        using CnnTrainingSession session = new(start, batchSize: 32, threads: 2);
        double first = session.Step(pixels, labels, learningRate: 0.05f);
        double last = first;
        for (int step = 0; step < 60; step++)
        {
            last = session.Step(pixels, labels, learningRate: 0.05f);
        }

        Assert.Equal(61, session.Steps);
        Assert.True(last < first / 10, $"{first} became {last}");
        CnnModel trained = session.ToModel();
        Assert.All(labels, (label, i) => Assert.True(trained.Predict(pixels.AsSpan(i * 25, 25))[label] > 0.5f));
    }

    [Fact]
    public void A_model_that_was_taken_does_not_change_with_later_steps()
    {
        (float[] pixels, int[] labels) = Halves(8);
        float[] before = start.GetParameter("conv1/weight");
        using CnnTrainingSession session = new(start, batchSize: 8);
        session.Step(pixels, labels, 0.1f);
        CnnModel taken = session.ToModel();
        float[] weights = taken.GetParameter("conv1/weight");
        session.Step(pixels, labels, 0.1f);
        Assert.Equal(weights, taken.GetParameter("conv1/weight"));
        Assert.NotEqual(weights, session.ToModel().GetParameter("conv1/weight"));
        Assert.Equal(before, start.GetParameter("conv1/weight"));
    }

    [Fact]
    public void A_row_of_weight_zero_counts_for_nothing()
    {
        (float[] pixels, int[] labels) = Halves(4);
        using CnnTrainingSession weighted = new(start, batchSize: 4);
        using CnnTrainingSession without = new(start, batchSize: 4);
        weighted.Step(pixels, labels, 0.1f, [1, 1, 1, 0]);
        without.Step(pixels.AsSpan(0, 75), labels.AsSpan(0, 3), 0.1f);
        Assert.Equal(without.ToModel().GetParameter("dense1/weight"), weighted.ToModel().GetParameter("dense1/weight"));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        (float[] pixels, int[] labels) = Halves(4);
        using CnnTrainingSession session = new(start, batchSize: 4);
        Refused("pixels", () => session.Step(pixels.AsSpan(1), labels, 0.1f));
        Refused("labels", () => session.Step(pixels, [0, 1, 2, 0], 0.1f));
        Refused("labels", () => session.Step([], [], 0.1f));
        Refused("labels", () => session.Step(new float[125], new int[5], 0.1f));
        Refused("weights", () => session.Step(pixels, labels, 0.1f, [1, 1]));
        Refused("weights", () => session.Step(pixels, labels, 0.1f, [1, 1, -1, 1]));
        Refused("learningRate", () => session.Step(pixels, labels, float.NaN));
        Refused("batchSize", () => _ = new CnnTrainingSession(start, batchSize: 0));
        Refused("threads", () => _ = new CnnTrainingSession(start, batchSize: 1, threads: 0));
        Refused("model", () => _ = new CnnTrainingSession(null!, batchSize: 1));
        Assert.Equal(0, session.Steps);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_before_the_step()
    {
        using CnnTrainingSession session = new(start, batchSize: 1);
        float[] pixels = [.. Enumerable.Repeat(float.NaN, 25)];
        Assert.Contains(
            "NaN",
            Assert.Throws<InvalidOperationException>(() => session.Step(pixels, [0], 0.1f)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(start.GetParameter("conv1/weight"), session.ToModel().GetParameter("conv1/weight"));
    }

    private static void Refused(string name, Action action) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(action).ParamName);

    /// <summary>Images that are bright above or below.</summary>
    private static (float[] Pixels, int[] Labels) Halves(int count)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 2)];
        float[] pixels =
        [
            .. from i in Enumerable.Range(0, count)
            from pixel in Enumerable.Range(0, 25)
            select (pixel / 5 < 2 == (i % 2 == 0) ? 1f : 0f) + 0.1f * MathF.Sin(i * 25 + pixel),
        ];
        return (pixels, labels);
    }
}
