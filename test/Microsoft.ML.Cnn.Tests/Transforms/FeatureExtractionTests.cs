using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Transforms;

/// <summary>Features of a layer as a column: <c>ExtractCnnFeatures</c>.</summary>
public sealed class FeatureExtractionTests
{
    private const string SlotNames = "SlotNames";

    private static readonly MLContext Context = new(seed: 1);

    // TinyImages.Network with a dense layer: conv1 [6, 6, 4], relu1, pool1 [3, 3, 4], flatten1, dense1 [5], output [3].
    private static readonly CnnMulticlassPredictionTransformer Trained = Context
        .MulticlassClassification.Trainers.Cnn(Options())
        .Fit(TinyImages.View(Context));

    [Fact]
    public void It_keeps_the_contract_of_estimators()
    {
        IDataView images = TinyImages.View(Context);
        IDataView smaller = Context.Data.LoadFromEnumerable([new Smaller()]);
        IDataView text = Context.Data.LoadFromEnumerable([new TinyImages.Scored()], Unknown());
        EstimatorContract.Check(
            Context,
            Extract("dense1"),
            images,
            Context.Transforms.DropColumns("Features").Fit(images).Transform(images)
        );
        EstimatorContract.Check(Context, Extract("conv1"), images);
        Assert.Contains(
            "36 values",
            Assert.Throws<ArgumentOutOfRangeException>(() => Extract("conv1").Fit(smaller)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Single or Byte of known size",
            Assert.Throws<ArgumentOutOfRangeException>(() => Extract("conv1").Fit(text)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Feature_maps_keep_their_dimensions_and_dense_layers_are_flat()
    {
        IDataView images = TinyImages.View(Context, 3);
        DataViewSchema.Column maps = Extract("conv1").Fit(images).Transform(images).Schema["Embedding"];
        Assert.Equal([6, 6, 4], ((VectorDataViewType)maps.Type).Dimensions);
        string[] names = Names(maps);
        Assert.Equal(6 * 6 * 4, names.Length);
        Assert.Equal("conv1_0_0_0", names[0]);
        Assert.Equal("conv1_2_5_3", names[(2 * 6 + 5) * 4 + 3]);

        DataViewSchema.Column flat = Extract("dense1").Fit(images).Transform(images).Schema["Embedding"];
        Assert.Equal([5], ((VectorDataViewType)flat.Type).Dimensions);
        Assert.Equal(["dense1_0", "dense1_1", "dense1_2", "dense1_3", "dense1_4"], Names(flat));
    }

    [Theory]
    [InlineData("conv1")]
    [InlineData("dense1")]
    public void A_column_holds_what_the_model_gives_for_each_row(string layer)
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(70);
        IDataView features = Extract(layer).Fit(TinyImages.View(Context)).Transform(TinyImages.View(Context, 70));
        float[][] read = [.. features.GetColumn<float[]>("Embedding")];
        PredictionEngine<TinyImages.TextLabelled, Embedded> engine = Context.Model.CreatePredictionEngine<
            TinyImages.TextLabelled,
            Embedded
        >(Extract(layer).Fit(Context.Data.LoadFromEnumerable(rows)));
        Assert.Equal(70, read.Length);
        for (int row = 0; row < 70; row++)
        {
            float[] expected = [.. Trained.Model.Model.ExtractFeatures(rows[row].Features, layer).Values];
            Assert.All(expected.Zip(read[row]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Assert.Equal(expected, engine.Predict(rows[row]).Embedding);
        }
    }

    [Fact]
    public void Activations_are_those_before_the_rectifier()
    {
        float[] pixels = TinyImages.Pixels(0, 1);
        Assert.Contains(Trained.Model.Model.ExtractFeatures(pixels, "conv1").Values, value => value < 0);
        Assert.DoesNotContain(Trained.Model.Model.ExtractFeatures(pixels, "relu1").Values, value => value < 0);
    }

    [Fact]
    public void Bytes_give_the_features_of_their_numbers()
    {
        byte[] pixels = [.. TinyImages.Pixels(1, 5).Select(pixel => (byte)pixel)];
        IDataView bytes = Context.Data.LoadFromEnumerable([new Bytes { Features = pixels }]);
        float[] read = Extract("dense1").Fit(bytes).Transform(bytes).GetColumn<float[]>("Embedding").Single();
        float[] expected = [.. Trained.Model.Model.ExtractFeatures([.. pixels.Select(pixel => (float)pixel)], "dense1").Values];
        Assert.All(expected.Zip(read), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void A_pixel_that_is_no_number_gives_no_features()
    {
        TinyImages.TextLabelled row = TinyImages.Rows(1)[0];
        row.Features[7] = float.PositiveInfinity;
        IDataView images = Context.Data.LoadFromEnumerable([row]);
        Assert.All(
            Extract("relu1").Fit(images).Transform(images).GetColumn<float[]>("Embedding").Single(),
            value => Assert.True(float.IsNaN(value))
        );
    }

    [Fact]
    public void A_model_a_model_s_parameters_and_a_zip_give_the_same()
    {
        IDataView images = TinyImages.View(Context, 5);
        List<string> expected = ViewValues.Read(Extract("dense1").Fit(images).Transform(images), "Embedding");
        using TemporaryFolder folder = new();
        string path = folder.PathOf("model.zip");
        Context.Model.Save(Trained, images.Schema, path);
        CnnModel network = Trained.Model.Model;
        foreach (
            IEstimator<ITransformer> estimator in new[]
            {
                Context.Transforms.ExtractCnnFeatures("Embedding", "Features", Trained.Model, "dense1"),
                Context.Transforms.ExtractCnnFeatures("Embedding", "Features", new CnnBinaryModelParameters(network), "dense1"),
                Context.Transforms.ExtractCnnFeatures("Embedding", "Features", new CnnRegressionModelParameters(network), "dense1"),
                Context.Transforms.ExtractCnnFeatures("Embedding", "Features", path, "dense1"),
            }
        )
        {
            Assert.Equal(expected, ViewValues.Read(estimator.Fit(images).Transform(images), "Embedding"));
        }
    }

    [Fact]
    public void What_is_saved_ends_with_the_layer()
    {
        IDataView images = TinyImages.View(Context, 5);
        using MemoryStream file = new();
        Context.Model.Save(Extract("conv1").Fit(images), images.Schema, file);
        CnnModel saved = CnnModel.Load(file);
        Assert.Equal(["conv1/weight", "conv1/bias"], saved.Segments.Select(segment => segment.Path));
        Assert.Equal(Trained.Model.Model.GetParameter("conv1/weight"), saved.GetParameter("conv1/weight"));
    }

    [Fact]
    public void A_layer_that_there_is_not_is_refused_with_those_that_there_are()
    {
        string message = Assert.Throws<ArgumentException>(() => Extract("dense2")).Message;
        Assert.Contains("conv1, relu1, pool1, flatten1, dense1, output", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Extract(null!));
        Assert.Throws<ArgumentException>(() => Extract(""));
    }

    private static CnnFeatureExtractingEstimator Extract(string layer) =>
        Context.Transforms.ExtractCnnFeatures("Embedding", "Features", Trained.Model.Model, layer: layer);

    private static CnnMulticlassTrainer.Options Options()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Network = Network.Sequential([.. TinyImages.Network.Layers, new Flatten(), new Dense(5)]);
        options.Epoch = 2;
        return options;
    }

    private static SchemaDefinition Unknown()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TinyImages.Scored));
        schema["Score"].ColumnName = "Features";
        return schema;
    }

    private static string[] Names(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(SlotNames, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Smaller
    {
        [VectorType(5, 6)]
        public float[] Features { get; set; } = new float[30];
    }

    private sealed class Bytes
    {
        [VectorType(TinyImages.Side, TinyImages.Side, 1)]
        public byte[] Features { get; set; } = [];
    }

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];
    }
}
