using SkiaSharp;

namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class AugmentCommandTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public AugmentCommandTests()
    {
        Draw("wide.png", 40, 20);
        Draw("large.jpg", 300, 450);
    }

    private string Picture => _folder.PathOf("picture.png");

    public void Dispose() => _folder.Dispose();

    private SampleResult Augment(params string[] more) =>
        SampleResult.Of(["augment", "--image", _folder.PathOf("wide.png"), "--out", Picture, .. more]);

    [Fact]
    public void The_picture_has_a_row_for_each_image_first_as_it_is_and_then_as_epochs_see_it()
    {
        SampleResult result = Augment("--image", _folder.PathOf("large.jpg"), "--size", "60");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("2 x 8 images, augmented by flip, crop, jitter, erasing", result.Output, StringComparison.Ordinal);
        using SKBitmap picture = SKBitmap.Decode(Picture);
        Assert.Equal(4 + 9 * (40 + 4), picture.Width);
        Assert.Equal(4 + 2 * (60 + 4), picture.Height);
        using SKBitmap original = SKBitmap.Decode(_folder.PathOf("wide.png"));
        Assert.Equal(original.GetPixel(7, 5), picture.GetPixel(4 + 7, 4 + 5));
        Assert.Equal(SKColors.White, picture.GetPixel(1, 1));
    }

    [Fact]
    public void Each_augmentation_can_be_asked_for_by_name()
    {
        foreach (
            string name in new[]
            {
                "flip",
                "vertical-flip",
                "crop",
                "resized-crop",
                "rotation",
                "translation",
                "jitter",
                "lighting",
                "erasing",
            }
        )
        {
            Assert.Contains($"augmented by {name}", Augment("--with", name).Output, StringComparison.Ordinal);
            using SKBitmap picture = SKBitmap.Decode(Picture);
            Assert.Contains(Enumerable.Range(1, 8), epoch => Cell(picture, epoch) != Cell(picture, 0));
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_pictures_and_others_do_not()
    {
        byte[] first = Written("--seed", "5");
        Assert.Equal(first, Written("--seed", "5"));
        Assert.NotEqual(first, Written("--seed", "6"));

        byte[] Written(params string[] more)
        {
            Assert.Equal(0, Augment(more).ExitCode);
            return File.ReadAllBytes(Picture);
        }
    }

    [Fact]
    public void An_augmentation_that_is_not_known_is_refused_with_those_that_are() =>
        Augment("--with", "flip,spin").AssertRefused("rotation, translation, jitter, lighting, erasing, parted by commas; received 'spin'");

    [Fact]
    public void An_augmentation_that_does_not_fit_is_refused_and_no_picture_written()
    {
        Draw("tiny.png", 1, 2);
        SampleResult
            .Of(["augment", "--image", _folder.PathOf("tiny.png"), "--out", Picture, "--with", "erasing"])
            .AssertRefused("RandomErasing does not fit images of 2 x 1 x 3");
        Assert.False(File.Exists(Picture));
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_image_is_refused()
    {
        Augment("--image", _folder.PathOf("none.png")).AssertRefused("there is no file");
        File.WriteAllText(_folder.PathOf("text.png"), "no picture");
        Augment("--image", _folder.PathOf("text.png")).AssertRefused("is no picture of a kind that can be read");
        Assert.False(File.Exists(Picture));
    }

    [Fact]
    public void A_picture_that_cannot_be_written_is_refused() =>
        SampleResult.Of(["augment", "--image", _folder.PathOf("wide.png"), "--out", _folder.PathOf("no/where.png")]).AssertRefused("--out");

    private static string Cell(SKBitmap picture, int number) =>
        string.Join(
            ' ',
            from row in Enumerable.Range(4, 20)
            from column in Enumerable.Range(4 + number * 44, 40)
            select picture.GetPixel(column, row)
        );

    private void Draw(string name, int width, int height)
    {
        using SKBitmap bitmap = new(width, height);
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                bitmap.SetPixel(column, row, new SKColor((byte)(255 * column / width), (byte)(255 * row / height), 90));
            }
        }

        using FileStream file = File.Create(_folder.PathOf(name));
        bitmap.Encode(file, name.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 90);
    }
}
