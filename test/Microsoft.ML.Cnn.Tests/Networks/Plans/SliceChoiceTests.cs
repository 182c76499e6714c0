using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Networks.Plans;

public class SliceChoiceTests
{
    [Theory]
    [InlineData(8, 32, 8, 4)] // a quarter of the batch each
    [InlineData(8, 12, 8, 2)] // fewer: slices of 3 images would be too small
    [InlineData(4, 32, 32, 1)] // likewise
    [InlineData(2, 32, 32, 1)] // one image has 4 pixels: the batch is too small to be cut
    [InlineData(8, 128, 32, 4)]
    [InlineData(8, 512, 32, 16)] // as many as fit the cache
    [InlineData(32, 64, 2, 32)] // likewise
    public void A_batch_that_trains_is_cut_for_several_cores_where_slices_stay_large_enough(int side, int batch, int images, int slices)
    {
        NetworkSlicing slicing = Convolution(64).Summary(new Shape(side, side, 64), batch).TrainingSlicing;
        Assert.Equal((images, slices), (slicing.SliceImages, slicing.Slices));
    }

    [Fact]
    public void A_batch_with_little_to_do_is_not_cut() =>
        Assert.Equal(1, Convolution(3).Summary(new Shape(16, 16, 32), 4).TrainingSlicing.Slices);

    [Fact]
    public void A_batch_that_predicts_is_cut_for_the_cache_alone() =>
        Assert.Equal(1, Convolution(64).Summary(new Shape(8, 8, 64), 32).PredictionSlicing.Slices);

    private static Network Convolution(int filters) => Network.Sequential(new Conv2D(filters, 3, padding: 1), new GlobalAveragePool2D());
}
