using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Transforms;

public class PredictionEngineTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void One_row_scores_as_in_a_batch_within_rounding()
    {
        ITransformer model = Model();
        IDataView images = context.Data.LoadFromEnumerable(TinyImages.Rows(60));
        List<TinyImages.Prediction> batched = [.. context.Data.CreateEnumerable<TinyImages.Prediction>(model.Transform(images), false)];
        PredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction> engine = Engine(model);
        foreach ((TinyImages.TextLabelled row, TinyImages.Prediction expected) in TinyImages.Rows(60).Zip(batched))
        {
            TinyImages.Prediction prediction = engine.Predict(row);
            Assert.Equal(expected.PredictedLabel, prediction.PredictedLabel);
            Assert.All(expected.Score.Zip(prediction.Score), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Assert.Equal(1, prediction.Score.Sum(), 1e-5f);
        }
    }

    [Fact]
    public void An_output_object_can_be_used_again()
    {
        PredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction> engine = Engine(Model());
        TinyImages.Prediction reused = new();
        foreach (TinyImages.TextLabelled row in TinyImages.Rows(12))
        {
            TinyImages.Prediction fresh = engine.Predict(row);
            engine.Predict(row, ref reused);
            Assert.Equal(fresh.Score, reused.Score);
            Assert.Equal(fresh.PredictedLabel, reused.PredictedLabel);
        }
    }

    [Fact]
    public void Many_threads_predict_with_one_model()
    {
        ITransformer model = Model();
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(40);
        PredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction> alone = Engine(model);
        List<float[]> expected = [.. rows.Select(row => alone.Predict(row).Score)];
        IDataView images = context.Data.LoadFromEnumerable(rows);
        List<string> expectedRows = ViewValues.Read(model.Transform(images), "Score");
        Parallel.For(
            0,
            8,
            thread =>
            {
                if (thread % 2 == 0)
                {
                    Assert.Equal(expectedRows, ViewValues.Read(model.Transform(images), "Score"));
                    return;
                }

                PredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction> engine = Engine(model);
                for (int i = 0; i < rows.Count; i++)
                {
                    Assert.Equal(expected[i], engine.Predict(rows[i]).Score);
                }
            }
        );
    }

    [Fact]
    public void A_pixel_that_is_no_number_gives_no_scores()
    {
        PredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction> engine = Engine(Model());
        TinyImages.TextLabelled row = TinyImages.Rows(1)[0];
        row.Features[3] = float.NaN;
        Assert.All(engine.Predict(row).Score, score => Assert.True(float.IsNaN(score)));
    }

    private ITransformer Model() =>
        context
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.Cnn(TinyImages.Options()))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(context.Data.LoadFromEnumerable(TinyImages.Rows()));

    private PredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction> Engine(ITransformer model) =>
        context.Model.CreatePredictionEngine<TinyImages.TextLabelled, TinyImages.Prediction>(model);
}
