using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using PlanBatch = Microsoft.ML.Cnn.Networks.Plans.Batch;

namespace Microsoft.ML.Cnn.Tests.Networks.Plans;

public class PreparationTests
{
    private static readonly Shape image = new(12, 12, 3);

    [Fact]
    public void Plans_of_a_model_share_what_is_made_of_its_weights()
    {
        CnnModel model = CnnModel.Create(Wide(), image, seed: 1);
        using InferencePlan first = new(model.Description, model.Store, PlanOptions.For(1, 1), model.Preparations);
        using InferencePlan second = new(model.Description, model.Store, PlanOptions.For(1, 2), model.Preparations);

        // Packed, the 256 x 256 x 9 weights are 2.4 MB.
        const long Packed = 256 * 256 * 9 * sizeof(float);
        Assert.InRange(first.Bytes - second.Bytes, Packed / 2, 10 * Packed);
        Assert.Equal(Predict(first), Predict(second));
    }

    [Fact]
    public void A_plan_that_is_disposed_of_leaves_the_weights_to_the_others()
    {
        CnnModel model = CnnModel.Create(Wide(), image, seed: 1);
        Preparations shared = new();
        InferencePlan one = new(model.Description, model.Store, PlanOptions.For(1, 1), shared);
        using InferencePlan other = new(model.Description, model.Store, PlanOptions.For(2, 1), shared);
        float[] expected = Predict(one);
        one.Dispose();

        Assert.Equal(expected, Predict(other));
    }

    [Fact]
    public void Threads_that_predict_at_once_all_get_the_same_scores()
    {
        CnnModel model = CnnModel.Create(Wide(), image, seed: 2);
        float[] pixels = [.. Enumerable.Range(0, (int)image.Length).Select(i => i % 7 - 3f)];
        float[][] scores = new float[8][];

        Parallel.For(0, scores.Length, i => scores[i] = model.Predict(pixels));

        Assert.All(scores, each => Assert.Equal(scores[0], each));
    }

    private static Network Wide() => Network.Sequential(new Conv2D(256, 1), new Conv2D(256, 3), new GlobalAveragePool2D(), new Dense(4));

    private static float[] Predict(InferencePlan plan)
    {
        using PlanBatch batch = new(1, (int)image.Length) { Count = 1 };
        batch.Row(0).Fill(0.5f);
        float[] scores = new float[4];
        plan.Predict(batch, scores);
        return scores;
    }
}
