using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Images of 6 x 6 grey pixels that a tiny network learns within a second: a class is where the bright square lies.</summary>
internal static class TinyImages
{
    public const int Side = 6;

    private static readonly string[] Names = ["left", "middle", "right"];

    /// <summary>A small network for them.</summary>
    public static Network Network { get; } =
        Network.Sequential(new Conv2D(4, kernel: 3, padding: Padding.Same), new ReLU(), new MaxPool2D(2));

    /// <summary>Options that train it quickly.</summary>
    public static CnnMulticlassTrainer.Options Options() =>
        new()
        {
            Network = Network,
            Epoch = 6,
            BatchSize = 8,
            Seed = 1,
        };

    /// <summary>Rows with labels as text, classes in turn.</summary>
    public static List<TextLabelled> Rows(int count = 60, int seed = 1) =>
        [.. Enumerable.Range(0, count).Select(i => new TextLabelled { Label = Names[i % 3], Features = Pixels(i % 3, seed + i) })];

    /// <summary>The same as a data view whose label is a key.</summary>
    public static IDataView View(MLContext context, int count = 60, int seed = 1) => WithKeys(context, Rows(count, seed));

    public static IDataView WithKeys<T>(MLContext context, IEnumerable<T> rows)
        where T : class
    {
        IDataView view = context.Data.LoadFromEnumerable(rows);
        return context
            .Transforms.Conversion.MapValueToKey(
                "Label",
                keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue
            )
            .Fit(view)
            .Transform(view);
    }

    /// <summary>An image of a class: noise, and a bright square.</summary>
    public static float[] Pixels(int label, int seed)
    {
        Random random = new(seed);
        float[] pixels = new float[Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            bool isBright = i / Side is 2 or 3 && i % Side / 2 == label;
            pixels[i] = random.Next(60) + (isBright ? 160 : 0);
        }

        return pixels;
    }

    public sealed class TextLabelled
    {
        public string Label { get; set; } = "";

        public float Weight { get; set; } = 1;

        [VectorType(Side, Side, 1)]
        public float[] Features { get; set; } = [];
    }

    public sealed class Labelled<T>
    {
        public T Label { get; set; } = default!;

        [VectorType(Side, Side, 1)]
        public float[] Features { get; set; } = [];
    }

    public sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    public sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
