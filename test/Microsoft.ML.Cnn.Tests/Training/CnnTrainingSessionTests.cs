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
        Refused("labels", () => session.Step([], Array.Empty<int>(), 0.1f));
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Numbers_are_learned_with_the_loss_that_fits_the_output_or_the_one_given(bool squared)
    {
        (float[] pixels, int[] labels) = Halves(32);
        CnnModel model = Model(2, ModelOutput.Values);
        float[] targets = [.. labels.SelectMany(label => new[] { 2f * label - 1, 0.5f - label })];
        using CnnTrainingSession session = new(model, batchSize: 32, loss: squared ? null : new HuberLoss(0.5f));
        Assert.Equal(squared ? new SquaredLoss() : new HuberLoss(0.5f), session.Loss);
        for (int step = 0; step < 150; step++)
        {
            session.Step(pixels, targets, learningRate: 0.05f);
        }

        CnnModel trained = session.ToModel();
        Assert.All(
            labels,
            (_, i) => Assert.Equal(targets.AsSpan(2 * i, 2).ToArray(), trained.Predict(pixels.AsSpan(i * 25, 25)), new Near(0.25f))
        );
    }

    [Fact]
    public void True_and_false_are_learned_from_labels_as_from_targets()
    {
        (float[] pixels, int[] labels) = Halves(32);
        CnnModel model = Model(1, ModelOutput.Sigmoid);
        using CnnTrainingSession session = new(model, batchSize: 32);
        using CnnTrainingSession other = new(model, batchSize: 32);
        for (int step = 0; step < 60; step++)
        {
            Assert.Equal(session.Step(pixels, labels, 0.1f), other.Step(pixels, Array.ConvertAll(labels, label => (float)label), 0.1f));
        }

        CnnModel trained = session.ToModel();
        Assert.All(labels, (label, i) => Assert.Equal(label, trained.Predict(pixels.AsSpan(i * 25, 25))[0], 0.4f));
    }

    [Fact]
    public void Frozen_layers_stay_as_they_are()
    {
        (float[] pixels, int[] labels) = Halves(8);
        using CnnTrainingSession upTo = new(start, batchSize: 8, freezeUpTo: "conv1");
        using CnnTrainingSession named = new(start, batchSize: 8, frozen: ["dense*"]);
        upTo.Step(pixels, labels, 0.1f);
        named.Step(pixels, labels, 0.1f);
        Assert.Equal(start.GetParameter("conv1/weight"), upTo.ToModel().GetParameter("conv1/weight"));
        Assert.NotEqual(start.GetParameter("dense1/weight"), upTo.ToModel().GetParameter("dense1/weight"));
        Assert.NotEqual(start.GetParameter("conv1/weight"), named.ToModel().GetParameter("conv1/weight"));
        Assert.Equal(start.GetParameter("dense1/weight"), named.ToModel().GetParameter("dense1/weight"));
    }

    [Fact]
    public void Labels_of_another_kind_than_the_loss_takes_are_refused_with_what_would_work()
    {
        (float[] pixels, int[] labels) = Halves(2);
        using CnnTrainingSession classes = new(start, batchSize: 2);
        using CnnTrainingSession numbers = new(Model(2, ModelOutput.Values), batchSize: 2);
        using CnnTrainingSession several = new(Model(2, ModelOutput.Sigmoid), batchSize: 2);
        using CnnTrainingSession one = new(Model(1, ModelOutput.Sigmoid), batchSize: 2);
        Refused("targets", () => classes.Step(pixels, [0f, 1f], 0.1f));
        Refused("labels", () => numbers.Step(pixels, labels, 0.1f));
        Refused("labels", () => several.Step(pixels, labels, 0.1f));
        Refused("labels", () => one.Step(pixels, [0, 2], 0.1f));
        Refused("targets", () => one.Step(pixels, [0f, 1.5f], 0.1f));
        Refused("targets", () => numbers.Step(pixels, [0f, 1, 2, float.NaN], 0.1f));
        Refused("targets", () => numbers.Step(pixels, [0f, 1, 2], 0.1f));
        Refused("pixels", () => numbers.Step(pixels.AsSpan(1), [0f, 1, 2, 3], 0.1f));
        Refused("model", () => _ = new CnnTrainingSession(Model(1, ModelOutput.Softmax), batchSize: 1));
        Refused("freezeUpTo", () => _ = new CnnTrainingSession(start, batchSize: 1, freezeUpTo: "conv2"));
        Refused("frozen", () => _ = new CnnTrainingSession(start, batchSize: 1, frozen: ["*"]));
    }

    private static CnnModel Model(int outputs, ModelOutput output) =>
        CnnModel.Create(
            Network.Sequential(new Conv2D(4, kernel: 3), new ReLU(), new Flatten(), new Dense(outputs)),
            new Shape(5, 5, 1),
            seed: 1,
            output
        );

    private sealed class Near(float tolerance) : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(float value) => 0;
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
