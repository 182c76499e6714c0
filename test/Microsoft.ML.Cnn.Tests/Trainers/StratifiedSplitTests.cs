using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public class StratifiedSplitTests
{
    private readonly MLContext context = new(seed: 1);

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.25f)]
    [InlineData(0.9f)]
    public void Every_class_gives_the_same_share(float fraction)
    {
        IDataView images = context.Data.Cache(TinyImages.View(context, 3000));
        (DataViewExampleSource train, DataViewExampleSource heldOut) = Split(images, fraction);
        int[] trained = Count(train, null);
        int[] measured = Count(heldOut, null);
        for (int label = 0; label < 3; label++)
        {
            Assert.Equal(1000, trained[label] + measured[label]);
            Assert.InRange(measured[label], (int)(1000 * fraction) - 5, (int)(1000 * fraction));
        }
    }

    [Fact]
    public void The_same_rows_are_held_out_in_whatever_order_they_come()
    {
        IDataView images = context.Data.Cache(TinyImages.View(context, 300));
        (DataViewExampleSource train, DataViewExampleSource heldOut) = Split(images, 0.2f);
        Assert.True(train.CanShuffle);
        List<string> ordered = Images(heldOut, null);
        Assert.NotEqual(ordered, Images(heldOut, 1));
        Assert.Equal(ordered.Order(StringComparer.Ordinal), Images(heldOut, 1).Order(StringComparer.Ordinal));
        Assert.Equal(ordered.Order(StringComparer.Ordinal), Images(heldOut, 2).Order(StringComparer.Ordinal));
        Assert.Empty(ordered.Intersect(Images(train, 3)));
        Assert.Equal(300, ordered.Union(Images(train, 3)).Count());
    }

    [Fact]
    public void Another_seed_holds_out_other_rows()
    {
        IDataView images = TinyImages.View(context, 300);
        Assert.Equal(Images(Split(images, 0.2f, seed: 1).HeldOut, null), Images(Split(images, 0.2f, seed: 1).HeldOut, null));
        Assert.NotEqual(Images(Split(images, 0.2f, seed: 1).HeldOut, null), Images(Split(images, 0.2f, seed: 2).HeldOut, null));
    }

    [Fact]
    public void A_class_keeps_at_least_one_row_to_train_on()
    {
        (DataViewExampleSource train, _) = Split(TinyImages.View(context, 6), 0.99f);
        Assert.All(Count(train, null), rows => Assert.True(rows >= 1));
    }

    [Fact]
    public void A_fraction_that_holds_out_nothing_is_refused() =>
        Assert.Contains(
            "holds out no row",
            Assert.Throws<InvalidOperationException>(() => Split(TinyImages.View(context, 9), 0.05f)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Rows_that_change_their_identity_from_pass_to_pass_are_noticed()
    {
        IDataView images = TinyImages.View(context, 300);
        ExampleColumns columns = ExampleColumns.Find(images.Schema, TinyImages.Options(), "input");
        StratifiedSplit split = StratifiedSplit.Measure(images, columns, 0.2f, 1, () => { });
        DataViewExampleSource shorter = new(context.Data.SkipRows(images, 40), columns, part: split.Training);
        Assert.Contains(
            "identity",
            Assert.Throws<InvalidOperationException>(() => Images(shorter, null)).Message,
            StringComparison.Ordinal
        );
    }

    private static (DataViewExampleSource Train, DataViewExampleSource HeldOut) Split(IDataView images, float fraction, int seed = 1)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.ValidationSetFraction = fraction;
        ExampleColumns columns = ExampleColumns.Find(images.Schema, options, "input");
        ExampleSets sets = ExampleSets.Of(images, columns, null, options, seed, () => { });
        return ((DataViewExampleSource)sets.Train, (DataViewExampleSource)sets.Validation!);
    }

    private static int[] Count(DataViewExampleSource source, int? shuffleSeed)
    {
        int[] counts = new int[3];
        using IExampleReader reader = source.Open(shuffleSeed);
        float[] pixels = new float[source.PixelsPerRow];
        while (reader.Read(pixels, out int label, out _))
        {
            counts[label]++;
        }

        return counts;
    }

    private static List<string> Images(DataViewExampleSource source, int? shuffleSeed)
    {
        List<string> images = [];
        using IExampleReader reader = source.Open(shuffleSeed);
        float[] pixels = new float[source.PixelsPerRow];
        while (reader.Read(pixels, out _, out _))
        {
            images.Add(string.Join(' ', pixels));
        }

        return images;
    }
}
