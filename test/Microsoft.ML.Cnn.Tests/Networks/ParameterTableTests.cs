using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Networks;

public class ParameterTableTests
{
    private static readonly Shape Image = new(9, 9, 3);
    private static readonly Network Several = Network.Sequential(
        new Conv2D(5, 3),
        new BatchNormalization(),
        new Block(new Conv2D(7, 3, bias: false), new BatchNormalization()),
        new Flatten(),
        new Dense(3)
    );

    [Theory]
    [InlineData(ParameterKind.Trainable)]
    [InlineData(ParameterKind.State)]
    public void Segments_begin_on_cache_lines_and_do_not_overlap(ParameterKind kind)
    {
        ParameterTable table = ParameterTable.Of(Several, Image);
        ParameterSegment[] segments = [.. table.Segments.Where(segment => segment.Kind == kind).OrderBy(segment => segment.Offset)];
        Assert.All(segments, segment => Assert.Equal(0, segment.Offset % AlignedBuffer.Line));
        Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.True(pair.First.Offset + pair.First.Length <= pair.Second.Offset));
        long length = kind == ParameterKind.Trainable ? table.TrainableLength : table.StateLength;
        Assert.True(segments[^1].Offset + segments[^1].Length <= length);
    }

    [Fact]
    public void Every_buffer_has_the_path_of_its_layer() =>
        Assert.Equal(
            [
                "conv1/weight",
                "conv1/bias",
                "batchNorm1/weight",
                "batchNorm1/bias",
                "batchNorm1/runningMean",
                "batchNorm1/runningVariance",
                "block1.conv1/weight",
                "block1.batchNorm1/weight",
                "block1.batchNorm1/bias",
                "block1.batchNorm1/runningMean",
                "block1.batchNorm1/runningVariance",
                "dense1/weight",
                "dense1/bias",
            ],
            ParameterTable.Of(Several, Image).Segments.Select(segment => segment.Path)
        );

    [Fact]
    public void Only_weights_of_convolutions_and_dense_layers_decay() =>
        Assert.Equal(
            ["conv1/weight", "block1.conv1/weight", "dense1/weight"],
            ParameterTable.Of(Several, Image).Segments.Where(segment => segment.Decay).Select(segment => segment.Path)
        );

    [Fact]
    public void Buffers_have_the_shapes_that_layers_document()
    {
        ParameterTable table = ParameterTable.Of(Several, Image);
        Assert.Equal([3, 3, 3, 5], table["conv1/weight"].Shape);
        Assert.Equal([7], table["block1.batchNorm1/runningMean"].Shape);
        Assert.Equal([5 * 5 * 7, 3], table["dense1/weight"].Shape);
    }

    [Fact]
    public void A_copy_of_a_store_shares_no_memory()
    {
        using ParameterStore store = ParameterStore.Initialize(Several, Image, seed: 1);
        using ParameterStore copy = store.Clone();
        Assert.Equal(store["conv1/weight"], copy["conv1/weight"]);
        Assert.Equal(store["batchNorm1/runningVariance"], copy["batchNorm1/runningVariance"]);
        copy["conv1/weight"][0] += 1;
        Assert.NotEqual(store["conv1/weight"][0], copy["conv1/weight"][0]);
    }
}
