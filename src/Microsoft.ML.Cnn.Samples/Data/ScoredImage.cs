using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>An image, and what a model makes of it.</summary>
/// <param name="Pixels">Its pixels, row by row.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Truth">The class that it is of, counted from 0; -1 for one that the model does not know.</param>
/// <param name="Predicted">The class that the model takes it for.</param>
/// <param name="Probability">Of that class, from 0 to 1.</param>
internal sealed record ScoredImage(float[] Pixels, int Width, int Truth, int Predicted, float Probability)
{
    public bool IsRight => Truth == Predicted;

    /// <summary>The first images of a view that a model has scored.</summary>
    public static List<ScoredImage> TakeFirst(IDataView scored, int count)
    {
        DataViewSchema.Column features = scored.Schema["Features"];
        DataViewSchema.Column label = scored.Schema["Label"];
        DataViewSchema.Column score = scored.Schema["Score"];
        int width = ((VectorDataViewType)features.Type).Dimensions[1];

        List<ScoredImage> images = [];
        using DataViewRowCursor cursor = scored.GetRowCursor([features, label, score]);
        ValueGetter<VBuffer<float>> readPixels = cursor.GetGetter<VBuffer<float>>(features);
        ValueGetter<uint> readKey = cursor.GetGetter<uint>(label);
        ValueGetter<VBuffer<float>> readScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> pixels = default;
        VBuffer<float> probabilities = default;
        uint key = 0;
        while (images.Count < count && cursor.MoveNext())
        {
            readPixels(ref pixels);
            readKey(ref key);
            readScore(ref probabilities);
            (float probability, int predicted) = probabilities.DenseValues().Select((value, index) => (value, index)).Max();
            images.Add(new ScoredImage([.. pixels.DenseValues()], width, (int)key - 1, predicted, probability));
        }

        return images;
    }
}
