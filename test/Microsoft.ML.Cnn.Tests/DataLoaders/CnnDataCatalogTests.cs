using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Cnn.Tests.DataLoaders;

public sealed class CnnDataCatalogTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IdxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new[] { 6 }, new[] { 1, 1 })]
    [InlineData(new[] { 6, 5 }, new[] { 1, 5 })]
    [InlineData(new[] { 6, 5, 4 }, new[] { 5, 4 })]
    [InlineData(new[] { 6, 5, 4, 3 }, new[] { 5, 4, 3 })]
    public void Images_are_vectors_with_the_dimensions_of_the_file(int[] sizes, int[] dimensions)
    {
        byte[] idx = IdxFolder.Idx(IdxFolder.UnsignedByte, sizes, IdxFolder.Pixels(sizes.Aggregate((a, b) => a * b)));
        IDataView view = _ml.Data.LoadFromIdx(_folder.Write("images", idx));
        VectorDataViewType type = Assert.IsType<VectorDataViewType>(view.Schema["Features"].Type);
        Assert.Equal(dimensions, type.Dimensions);
        Assert.Equal(NumberDataViewType.Single, type.ItemType);
        Assert.Equal("Features", Assert.Single(view.Schema).Name);
        Assert.Equal(6, view.GetRowCount());
        Assert.True(view.CanShuffle);
    }

    [Fact]
    public void Labels_are_integers_and_floating_point_labels_are_floats()
    {
        string images = _folder.WriteImages([1, 2], 1, 1);
        IDataView integers = _ml.Data.LoadFromIdx(images, _folder.Write("short", IdxFolder.Idx(0x0B, [2], 0xFF, 0xFE, 1, 0)));
        Assert.Equal([-2, 256], integers.GetColumn<int>("Label"));
        IDataView floats = _ml.Data.LoadFromIdx(
            images,
            _folder.Write("float", IdxFolder.Idx(0x0D, [2], 0x3F, 0x80, 0, 0, 0xBF, 0x80, 0, 0))
        );
        Assert.Equal([1f, -1f], floats.GetColumn<float>("Label"));
    }

    [Fact]
    public void Columns_can_be_named()
    {
        IDataView view = _ml.Data.LoadFromIdx(_folder.WriteImages([1, 2], 1, 1), _folder.WriteLabels([3, 4]), "Digit", "Pixels");
        Assert.Equal([3, 4], view.GetColumn<int>("Digit"));
        Assert.Equal([1f, 2f], view.GetColumn<float[]>("Pixels").SelectMany(row => row));
    }

    [Fact]
    public void Null_arguments_are_refused_by_name()
    {
        DataOperationsCatalog none = null!;
        Assert.Throws<ArgumentNullException>("catalog", () => none.LoadFromIdx("a"));
        Assert.Throws<ArgumentNullException>("catalog", () => none.LoadFromIdx("a", "b"));
        Assert.Throws<ArgumentNullException>("imagesPath", () => _ml.Data.LoadFromIdx(null!));
        Assert.Throws<ArgumentNullException>("imagesPath", () => _ml.Data.LoadFromIdx(null!, "b"));
        Assert.Throws<ArgumentNullException>("labelsPath", () => _ml.Data.LoadFromIdx("a", null!));
        Assert.Throws<ArgumentNullException>("labelColumnName", () => _ml.Data.LoadFromIdx("a", "b", null!));
        Assert.Throws<ArgumentNullException>("featureColumnName", () => _ml.Data.LoadFromIdx("a", "b", "c", null!));
        Assert.Throws<ArgumentException>("labelsPath", () => _ml.Data.LoadFromIdx("a", ""));
        Assert.Throws<ArgumentException>("featureColumnName", () => _ml.Data.LoadFromIdx("a", "b", "c", "c"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Different_numbers_of_images_and_labels_are_refused_at_once(bool compressed)
    {
        string images = _folder.WriteImages(IdxFolder.Pixels(30), 2, 3, compressed);
        string labels = _folder.WriteLabels([1, 2, 3], compressed);
        IdxFormatException refusal = Assert.Throws<IdxFormatException>(() => _ml.Data.LoadFromIdx(images, labels));
        Assert.All([images, labels, "3 labels", "5 images"], part => Assert.Contains(part, refusal.Message));
    }

    [Fact]
    public void Paths_in_the_wrong_order_are_refused_with_a_hint()
    {
        string images = _folder.WriteImages([1, 2], 1, 1);
        string labels = _folder.WriteLabels([3, 4]);
        IdxFormatException refusal = Assert.Throws<IdxFormatException>(() => _ml.Data.LoadFromIdx(labels, images));
        Assert.Contains("The path of the images comes first", refusal.Message);
    }

    [Fact]
    public void The_shipped_images_are_the_first_of_Fashion_MNIST()
    {
        IDataView train = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "train");
        IDataView test = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        Assert.Equal([9, 0, 0, 3, 0, 2, 7, 2, 5, 5], train.GetColumn<int>("Label").Take(10));
        Assert.Equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], test.GetColumn<int>("Label").Take(10));
        Assert.Equal([560, 643, 608, 612, 584, 594, 590, 617, 590, 602], ClassCounts(train));
        Assert.Equal([107, 105, 111, 93, 115, 87, 97, 95, 95, 95], ClassCounts(test));
        Assert.Equal([28, 28], ((VectorDataViewType)train.Schema["Features"].Type).Dimensions);

        // Published statistics of the whole set: mean 0.2860, deviation 0.3530, of pixels from 0 to 1.
        float[] pixels = [.. train.GetColumn<float[]>("Features").SelectMany(image => image)];
        float mean = pixels.Average();
        Assert.Equal(6000 * 784, pixels.Length);
        Assert.Equal(0.286, mean / 255, tolerance: 0.005);
        Assert.Equal(0.353, Math.Sqrt(pixels.Average(pixel => (pixel - mean) * (pixel - mean))) / 255, tolerance: 0.005);
    }

    [Fact]
    public void The_full_Fashion_MNIST_begins_with_the_shipped_images()
    {
        Repository.NeedsFullFashionMnist();
        foreach ((string part, int rows, int shipped) in new[] { ("train", 60_000, 6000), ("t10k", 10_000, 1000) })
        {
            IDataView full = FashionMnist.Load(_ml, Repository.FullFashionMnist, part);
            IDataView subset = FashionMnist.Load(_ml, Repository.FashionMnistSubset, part);
            Assert.Equal(rows, full.GetRowCount());
            Assert.Equal(Enumerable.Repeat((long)rows / 10, 10), ClassCounts(full));
            Assert.Equal(shipped, subset.GetRowCount());
            Assert.Equal(subset.GetColumn<int>("Label"), full.GetColumn<int>("Label").Take(shipped));
            Assert.True(
                subset
                    .GetColumn<float[]>("Features")
                    .Zip(full.GetColumn<float[]>("Features"), (one, other) => one.AsSpan().SequenceEqual(other))
                    .All(same => same)
            );
        }
    }

    [Fact]
    public void Caching_keeps_the_data()
    {
        IDataView data = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label").AppendCacheCheckpoint(_ml).Append(NaiveBayes());
        Assert.Equal(data.Preview(5).RowView.Length, pipeline.Fit(data).Transform(data).Preview(5).RowView.Length);
        IDataView cached = _ml.Data.Cache(data);
        Assert.Equal(data.GetColumn<int>("Label"), cached.GetColumn<int>("Label"));
        Assert.Equal(Sums(data), Sums(cached));
        Assert.Equal([28, 28], ((VectorDataViewType)cached.Schema["Features"].Type).Dimensions);
    }

    [Fact]
    public void Shuffling_keeps_each_image_with_its_label()
    {
        IDataView data = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        IDataView shuffled = _ml.Data.ShuffleRows(data, seed: 3);
        Assert.NotEqual(data.GetColumn<int>("Label"), shuffled.GetColumn<int>("Label"));
        Assert.Equal(Pairs(data).Order(), Pairs(shuffled).Order());
        Assert.Equal(Sums(shuffled), Sums(_ml.Data.ShuffleRows(data, seed: 3)));

        static IEnumerable<(int, float)> Pairs(IDataView view) => view.GetColumn<int>("Label").Zip(Sums(view));
    }

    [Fact]
    public void Splits_are_disjoint_and_cover_the_data()
    {
        IDataView data = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(data, testFraction: 0.2);
        int test = Sums(split.TestSet).Count;
        Assert.InRange(test, 150, 250);
        Assert.Equal(Sums(data).Order(), Sums(split.TrainSet).Concat(Sums(split.TestSet)).Order());
        var folds = _ml.Data.CrossValidationSplit(data, numberOfFolds: 4);
        Assert.Equal(Sums(data).Order(), folds.SelectMany(fold => Sums(fold.TestSet)).Order());
    }

    [Fact]
    public void A_split_by_label_keeps_each_class_on_one_side()
    {
        IDataView data = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(data, testFraction: 0.5, samplingKeyColumnName: "Label");
        Assert.Empty(split.TrainSet.GetColumn<int>("Label").Intersect(split.TestSet.GetColumn<int>("Label")));
    }

    [Fact]
    public void A_pipeline_of_ML_NET_learns_from_it_and_predicts_the_numbers_of_the_file()
    {
        IDataView train = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "train");
        IDataView test = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        var pipeline = _ml
            .Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(NaiveBayes())
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = pipeline.Fit(train);
        IDataView scored = model.Transform(test);
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(scored);
        Assert.Equal(10, metrics.ConfusionMatrix.NumberOfClasses);
        double right = scored.GetColumn<int>("PredictedLabel").Zip(test.GetColumn<int>("Label")).Count(pair => pair.First == pair.Second);
        Assert.Equal(metrics.MicroAccuracy, right / 1000, tolerance: 1e-9);
        Assert.InRange(metrics.MicroAccuracy, 0.4, 1);
    }

    [Fact]
    public void Data_written_to_a_binary_file_comes_back()
    {
        IDataView data = FashionMnist.Load(_ml, Repository.FashionMnistSubset, "t10k");
        using (FileStream file = File.Create(_folder.PathOf("view.idv")))
        {
            _ml.Data.SaveAsBinary(data, file);
        }

        IDataView back = _ml.Data.LoadFromBinary(_folder.PathOf("view.idv"));
        Assert.Equal(data.GetColumn<int>("Label"), back.GetColumn<int>("Label"));
        Assert.Equal(Sums(data), Sums(back));
        Assert.Equal(data.Schema["Features"].Type, back.Schema["Features"].Type);
    }

    private Microsoft.ML.Trainers.NaiveBayesMulticlassTrainer NaiveBayes() => _ml.MulticlassClassification.Trainers.NaiveBayes();

    private static List<float> Sums(IDataView view) => [.. view.GetColumn<float[]>("Features").Select(image => image.Sum())];

    private static IEnumerable<long> ClassCounts(IDataView view) =>
        view.GetColumn<int>("Label").GroupBy(label => label).OrderBy(group => group.Key).Select(group => group.LongCount());
}
