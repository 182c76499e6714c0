using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>LeNet-5, or another network, through ML.NET.</summary>
internal static class Pipeline
{
    /// <summary>Trains for some epochs, the pass that learns the pixels' mean and deviation included.</summary>
    public static CnnMulticlassPredictionTransformer Fit(
        MLContext ml,
        IDataView images,
        int batchSize,
        int threads,
        int? shuffleBuffer = null,
        int epochs = 1,
        Network? network = null
    ) =>
        ml
            .MulticlassClassification.Trainers.Cnn(
                new CnnMulticlassTrainer.Options
                {
                    Network = network ?? Architectures.LeNet5(),
                    Epoch = epochs,
                    BatchSize = batchSize,
                    LearningRate = 0.001f,
                    Threads = threads,
                    ShuffleBufferSize = shuffleBuffer,
                    Seed = 1,
                }
            )
            .Fit(images);

    /// <summary>Reads the scores of all rows.</summary>
    public static float Score(ITransformer model, IDataView images) => Read(model.Transform(images), "Score");

    /// <summary>Reads a column of vectors through one cursor, and does nothing with them.</summary>
    public static float Read(IDataView view, string name)
    {
        DataViewSchema.Column column = view.Schema[name];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> read = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        float sum = 0;
        while (cursor.MoveNext())
        {
            read(ref values);
            sum += values.GetValues()[0];
        }

        return sum;
    }
}
