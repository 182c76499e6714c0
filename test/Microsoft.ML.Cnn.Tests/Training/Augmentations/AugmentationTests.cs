using System.Text.Json;
using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Training.Augmentations;

public sealed class AugmentationTests
{
    private const int Rows = 400;

    private static readonly Shape shape = new(12, 10, 3);
    private static readonly float[] image = Draw();

    public static TheoryData<Augmentation> All =>
        [
            .. new Augmentation[]
            {
                new HorizontalFlip(),
                new VerticalFlip(),
                new RandomCrop(padding: 3),
                new RandomCrop((2, 4), Border.Reflect),
                new RandomResizedCrop(),
                new RandomRotation(30),
                new RandomTranslation(0.2f, 0.3f),
                new ColorJitter(0.4f, 0.4f, 0.4f),
                new PcaLighting(),
                new RandomErasing(),
            },
        ];

    public static TheoryData<Augmentation> Idle =>
        [
            .. new Augmentation[]
            {
                new HorizontalFlip(0),
                new VerticalFlip(0),
                new RandomCrop(padding: 0),
                new RandomResizedCrop(minimumScale: 1, minimumRatio: 10f / 12, maximumRatio: 10f / 12),
                new RandomRotation(0),
                new RandomTranslation(0, 0),
                new ColorJitter(),
                new PcaLighting(strength: 0),
                new RandomErasing(minimumScale: 0, maximumScale: 0),
                new ColorJitter(0.4f, 0.4f, 0.4f, probability: 0),
            },
        ];

    [Theory]
    [MemberData(nameof(All))]
    public void Each_changes_images_and_not_always_alike(Augmentation augmentation)
    {
        AugmentationSequence sequence = [augmentation];
        float[][] results = [.. Enumerable.Range(0, 20).Select(row => sequence.Apply(image, shape, row: row))];
        Assert.Contains(results, result => !result.SequenceEqual(image));
        Assert.True(results.Select(result => string.Join(' ', result)).Distinct().Count() > 1);
        Assert.All(results.SelectMany(result => result), pixel => Assert.True(float.IsFinite(pixel)));
    }

    [Theory]
    [MemberData(nameof(Idle))]
    public void Identity_settings_give_the_identical_image(Augmentation augmentation)
    {
        foreach (int row in Enumerable.Range(0, 20))
        {
            Assert.Equal(image, AugmentationSequence.Create(augmentation).Apply(image, shape, row: row));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_image_is_changed_alike_in_either_order_of_pixels_and_on_every_width(Augmentation augmentation)
    {
        AugmentationSequence sequence = [augmentation];
        foreach (int row in Enumerable.Range(0, 5))
        {
            float[] interleaved = sequence.Apply(image, shape, PixelOrder.Interleaved, row: row);
            float[] planar = Interleave(sequence.Apply(Planar(image), shape, PixelOrder.Planar, row: row));
            Assert.Equal(interleaved.Length, planar.Length);
            Assert.All(interleaved.Zip(planar), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Descriptions_are_equal_by_value_and_survive_json(Augmentation augmentation)
    {
        AugmentationSequence sequence = [augmentation, new HorizontalFlip()];
        string json = JsonSerializer.Serialize(sequence);
        AugmentationSequence? back = JsonSerializer.Deserialize<AugmentationSequence>(json);
        Assert.Equal(sequence, back);
        Assert.Equal(sequence.GetHashCode(), back!.GetHashCode());
        Assert.NotEqual(sequence, [augmentation]);
    }

    [Fact]
    public void Principal_colours_survive_json()
    {
        Augmentation lighting = new PcaLighting(colors: PrincipalColors.ImageNet);
        Assert.Equal(lighting, JsonSerializer.Deserialize<Augmentation>(JsonSerializer.Serialize(lighting)));
    }

    [Fact]
    public void All_kinds_are_registered()
    {
        Type[] kinds =
        [
            .. typeof(Augmentation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Augmentation)) && !type.IsAbstract),
        ];
        IEnumerable<Type> tried = All.Select(row => row.Data.GetType());
        Assert.Empty(kinds.Except(tried));
        Assert.All(All, row => Assert.Contains("\"augmentation\":", JsonSerializer.Serialize(row.Data), StringComparison.Ordinal));
    }

    [Fact]
    public void Flips_are_their_own_inverse()
    {
        foreach (Augmentation flip in new Augmentation[] { new HorizontalFlip(1), new VerticalFlip(1) })
        {
            Assert.NotEqual(image, AugmentationSequence.Create(flip).Apply(image, shape));
            Assert.Equal(image, AugmentationSequence.Create(flip, flip).Apply(image, shape));
        }
    }

    [Fact]
    public void An_image_is_changed_with_the_given_probability()
    {
        AugmentationSequence sequence = [new HorizontalFlip(0.3f)];
        int changed = Enumerable.Range(0, 2_000).Count(row => !sequence.Apply(image, shape, row: row).SequenceEqual(image));
        Assert.InRange(changed, 520, 680);
    }

    [Fact]
    public void Seed_epoch_row_and_place_in_the_sequence_each_change_the_numbers_and_nothing_else_does()
    {
        AugmentationSequence sequence = [new RandomCrop(padding: 5), new RandomCrop(padding: 5)];
        float[] first = sequence.Apply(image, shape, seed: 1, epoch: 2, row: 3);
        Assert.Equal(first, sequence.Apply(image, shape, seed: 1, epoch: 2, row: 3));
        Assert.NotEqual(first, sequence.Apply(image, shape, seed: 2, epoch: 2, row: 3));
        Assert.NotEqual(first, sequence.Apply(image, shape, seed: 1, epoch: 3, row: 3));
        Assert.NotEqual(first, sequence.Apply(image, shape, seed: 1, epoch: 2, row: 4));
        Assert.Contains(
            Enumerable.Range(0, 20),
            row =>
            {
                RandomDraws one = new(RandomBits.Key(RowKeys.InEpoch(0, 0, (uint)row), 0));
                RandomDraws other = new(RandomBits.Key(RowKeys.InEpoch(0, 0, (uint)row), 1));
                return one.Below(11) != other.Below(11);
            }
        );
    }

    [Fact]
    public void A_random_crop_moves_the_image_by_each_distance_up_to_the_padding()
    {
        AugmentationSequence sequence = [new RandomCrop(padding: 2)];
        float[] dot = new float[25];
        dot[12] = 1;
        int[] places = [.. Enumerable.Range(0, Rows).Select(row => Array.IndexOf(sequence.Apply(dot, new Shape(5, 5, 1), row: row), 1f))];
        Assert.Equal(Enumerable.Range(0, 25), places.Distinct().Order());
    }

    [Theory]
    [InlineData(Border.Zero, 0)]
    [InlineData(Border.Constant, 9)]
    [InlineData(Border.Replicate, 5)]
    public void A_random_crop_may_lie_wholly_in_its_border(Border border, float around)
    {
        AugmentationSequence sequence = [new RandomCrop(padding: 7, border, borderValue: 9)];
        float[] plain = [.. Enumerable.Repeat(5f, 15)];
        float[][] crops = [.. Enumerable.Range(0, Rows).Select(row => sequence.Apply(plain, new Shape(3, 5, 1), row: row))];
        Assert.Contains(crops, crop => crop.All(pixel => pixel == around));
        Assert.Contains(crops, crop => crop.Contains(5f));
        Assert.All(crops.SelectMany(crop => crop), pixel => Assert.True(pixel == 5 || pixel == around, $"{pixel}"));
    }

    [Fact]
    public void A_translation_moves_by_whole_pixels_up_to_its_share()
    {
        AugmentationSequence sequence = [new RandomTranslation(horizontal: 0.4f, vertical: 0.2f, fill: -1)];
        float[] dot = new float[25];
        dot[12] = 1;
        int[] places = [.. Enumerable.Range(0, Rows).Select(row => Array.IndexOf(sequence.Apply(dot, new Shape(5, 5, 1), row: row), 1f))];
        Assert.Equal(Enumerable.Range(5, 15), places.Distinct().Order());
        Assert.Contains(-1f, sequence.Apply(dot, new Shape(5, 5, 1), row: Array.FindIndex(places, place => place != 12)));
    }

    [Fact]
    public void Areas_and_ratios_of_a_resized_crop_lie_in_their_ranges_and_fill_them()
    {
        RandomResizedCrop crop = new();
        PixelWindow[] windows = [.. Windows((height, width, draws) => crop.Draw(height, width, ref draws))];
        double[] scales = [.. windows.Select(window => window.Height * window.Width / 40_000.0)];
        double[] ratios = [.. windows.Select(window => (double)window.Width / window.Height)];
        Assert.InRange(scales.Min(), 0.078, 0.12);
        Assert.InRange(scales.Max(), 0.85, 1);
        Assert.InRange(ratios.Min(), 0.735, 0.8);
        Assert.InRange(ratios.Max(), 1.25, 1.36);
        Assert.All(windows, AssertInside);

        // Small parts never need another attempt: then the logarithm of the ratio is uniform, and half of them are wider than high.
        RandomResizedCrop small = new(maximumScale: 0.3f);
        double wide = Windows((height, width, draws) => small.Draw(height, width, ref draws))
            .Average(window => window.Width > window.Height ? 1 : 0);
        Assert.InRange(wide, 0.44, 0.56);
    }

    [Theory]
    [InlineData(10, 40, 0, 13, 10, 13)]
    [InlineData(40, 10, 13, 0, 13, 10)]
    [InlineData(20, 20, 0, 0, 20, 20)]
    public void Where_no_size_fits_the_crop_is_the_largest_in_the_middle(int height, int width, int top, int left, int down, int across)
    {
        // All of the area at once is only allowed to images that have the ratio themselves.
        RandomDraws draws = new(5);
        RandomResizedCrop crop = new(minimumScale: 1, minimumRatio: height == width ? 1.01f : 3f / 4);
        PixelWindow window = crop.Draw(height, width, ref draws);
        Assert.Equal((down, across), (window.Height, window.Width));
        Assert.Equal((top, left), (window.Top, window.Left));
    }

    [Fact]
    public void Erased_areas_lie_in_their_range()
    {
        RandomErasing erasing = new();
        PixelWindow[] windows = [.. Windows((height, width, draws) => erasing.Draw(height, width, ref draws))];
        double[] scales = [.. windows.Select(window => window.Height * window.Width / 40_000.0)];
        double[] ratios = [.. windows.Select(window => (double)window.Height / window.Width)];
        Assert.InRange(scales.Min(), 0.0195, 0.04);
        Assert.InRange(scales.Max(), 0.3, 0.333);
        Assert.InRange(ratios.Min(), 0.29, 0.4);
        Assert.InRange(ratios.Max(), 2.5, 3.4);
        Assert.All(windows, AssertInside);
    }

    [Fact]
    public void Erased_pixels_have_the_mean_of_their_channel_or_the_given_value()
    {
        float[] means = [.. Enumerable.Range(0, 3).Select(channel => image.Where((_, i) => i % 3 == channel).Average())];
        float[] erased = AugmentationSequence.Create(new RandomErasing(1)).Apply(image, shape);
        int[] changed = [.. Enumerable.Range(0, image.Length).Where(i => erased[i] != image[i])];
        Assert.NotEmpty(changed);
        Assert.All(changed, i => Assert.Equal(means[i % 3], erased[i], 1e-3f));

        float[] black = AugmentationSequence.Create(new RandomErasing(1, value: -5)).Apply(image, shape);
        Assert.All(changed, i => Assert.Equal(-5, black[i]));
    }

    [Fact]
    public void Brightness_is_a_factor_within_its_strength_and_clamped()
    {
        float[] gray = [.. Enumerable.Repeat(100f, 25)];
        AugmentationSequence sequence = [new ColorJitter(brightness: 0.5f)];
        float[] values = [.. Enumerable.Range(0, Rows).Select(row => sequence.Apply(gray, new Shape(5, 5, 1), row: row)[7])];
        Assert.InRange(values.Min(), 50, 55);
        Assert.InRange(values.Max(), 145, 150);

        float[] bright = [.. Enumerable.Repeat(200f, 25)];
        AugmentationSequence strong = [new ColorJitter(brightness: 3)];
        Assert.Equal(255, Enumerable.Range(0, 20).Max(row => strong.Apply(bright, new Shape(5, 5, 1), row: row)[7]));
    }

    [Fact]
    public void Properties_of_colours_change_by_random_factors_in_every_order()
    {
        const float Strength = 0.6f;
        int[][] orders =
        [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ];
        AugmentationSequence sequence = [new ColorJitter(Strength, Strength, Strength)];
        PixelReference original = PixelReference.Of(shape, (row, column, channel) => image[(row * shape.Width + column) * 3 + channel]);
        HashSet<int> seen = [];
        for (int row = 0; row < 60; row++)
        {
            RandomDraws draws = new(RandomBits.Key(RowKeys.InEpoch(0, 0, RowKeys.Of((ulong)row, 0)), 0));
            draws.Uniform();
            int order = draws.Below(6);
            double[] factors = [.. Enumerable.Range(0, 3).Select(_ => (double)draws.Between(1 - Strength, 1 + Strength))];
            PixelReference expected = orders[order].Aggregate(original, (x, property) => Adjusted(x, property, factors[property]));

            float[] actual = sequence.Apply(image, shape, row: row);
            Assert.All(expected.In(PixelGrid.Interleaved(shape)).Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
            seen.Add(order);
        }

        Assert.Equal(6, seen.Count);

        static PixelReference Adjusted(PixelReference x, int property, double factor)
        {
            double mean = x.MeanGray();
            return x.Select(
                (row, column, channel) =>
                {
                    double other = property switch
                    {
                        0 => 0,
                        1 => mean,
                        _ => x.Gray(row, column),
                    };
                    return Math.Clamp(factor * x[row, column, channel] + (1 - factor) * other, 0, 255);
                }
            );
        }
    }

    [Fact]
    public void Light_varies_along_the_principal_colours_by_their_deviations()
    {
        PrincipalColors colors = new([10, 0, 0], [0.6f, 0.8f, 0, 0, 0, 1, 0.8f, -0.6f, 0]);
        AugmentationSequence sequence = [new PcaLighting(0.5f, colors)];
        double[] lengths =
        [
            .. Enumerable
                .Range(0, 1_000)
                .Select(row =>
                {
                    float[] lit = sequence.Apply(image, shape, row: row);
                    double length = (lit[0] - image[0]) / 0.6;
                    Assert.All(
                        Enumerable.Range(0, image.Length),
                        i =>
                            Assert.Equal(
                                (i % 3) switch
                                {
                                    0 => 0.6,
                                    1 => 0.8,
                                    _ => 0,
                                } * length,
                                lit[i] - image[i],
                                1e-3
                            )
                    );
                    return length;
                }),
        ];
        Assert.Equal(0, lengths.Average(), 0.6);
        Assert.Equal(5, Math.Sqrt(lengths.Average(length => length * length)), 0.4);
    }

    private static IEnumerable<PixelWindow> Windows(Func<int, int, RandomDraws, PixelWindow> draw) =>
        Enumerable.Range(0, Rows).Select(row => draw(200, 200, new RandomDraws(RowKeys.InEpoch(3, 1, (uint)row))));

    private static void AssertInside(PixelWindow window)
    {
        Assert.InRange(window.Top, 0, 200 - window.Height);
        Assert.InRange(window.Left, 0, 200 - window.Width);
    }

    private static float[] Draw()
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, (int)shape.Length).Select(_ => (float)random.Next(256))];
    }

    private static float[] Planar(float[] pixels) =>
        [.. Enumerable.Range(0, 3).SelectMany(channel => pixels.Where((_, i) => i % 3 == channel))];

    private static float[] Interleave(float[] planes) =>
        [.. Enumerable.Range(0, planes.Length).Select(i => planes[i % 3 * (planes.Length / 3) + i / 3])];
}
