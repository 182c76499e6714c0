using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Xunit;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;

namespace Microsoft.ML.Cnn.Tests.Layers;

/// <summary>The formulas of windows against windows that are laid down and counted.</summary>
public partial class GeometryPropertyTests
{
    private const int Cases = 2000;

    [Property(MaxTest = Cases)]
    public void Windows_are_as_many_as_can_be_laid_down(int seed)
    {
        Random random = new(seed);
        int input = random.Next(1, 30);
        (int kernel, int stride, int dilation) = (random.Next(1, 8), random.Next(1, 6), random.Next(1, 4));
        (int before, int after) = (random.Next(6), random.Next(6));
        foreach (Rounding rounding in Enum.GetValues<Rounding>())
        {
            SlidingWindow? expected = SlidingWindow.Lay(input, kernel, stride, dilation, before, after, rounding);
            Conv2D layer = Layer(kernel, stride, dilation, new Padding(before, 0, after, 0), rounding);
            if (expected == null)
            {
                Assert.Throws<ShapeException>(() => layer.OutputShape(new Shape(input, 1, 1)));
            }
            else
            {
                Assert.Equal(expected.Output, layer.OutputShape(new Shape(input, 1, 1)).Height);
            }
        }
    }

    [Property(MaxTest = Cases)]
    public void Same_gives_a_window_for_every_stride_begun(int seed)
    {
        Random random = new(seed);
        int input = random.Next(1, 40);
        (int kernel, int stride, int dilation) = (random.Next(1, 8), random.Next(1, 6), random.Next(1, 4));
        Extent extent = ExtentOf(input, kernel, stride, dilation, Padding.Same, Rounding.Exact);
        Assert.Equal((int)Math.Ceiling((double)input / stride), extent.Output);
        Assert.InRange(extent.After - extent.Before, 0, 1);
        Assert.Equal(SlidingWindow.LaySame(input, kernel, stride, dilation).Extent, extent);
    }

    [Property(MaxTest = Cases)]
    public void Halos_cover_what_windows_reach_and_no_more(int seed)
    {
        Random random = new(seed);
        Extent extent = Random(random);
        IEnumerable<int> pixels =
            from window in Enumerable.Range(0, extent.Output)
            from tap in Enumerable.Range(0, extent.Kernel)
            select extent.Pixel(window, tap);
        Assert.Equal(Math.Max(0, -pixels.Min()), extent.HaloBefore);
        Assert.Equal(Math.Max(0, pixels.Max() - (extent.Input - 1)), extent.HaloAfter);
    }

    [Property(MaxTest = Cases)]
    public void The_gradients_halo_covers_every_output_that_a_pixel_asks_for(int seed)
    {
        Random random = new(seed);
        Extent rows = Random(random);
        Extent columns = Random(random);
        Halo halo = new ConvolutionGeometry(new WindowGeometry(rows, columns), 1, 1, 1).GradientHalo;
        AssertCovers(rows, halo.Top, halo.Bottom);
        AssertCovers(columns, halo.Left, halo.Right);

        static void AssertCovers(Extent extent, int before, int after)
        {
            for (int pixel = 0; pixel < extent.Input; pixel++)
            for (int tap = 0; tap < extent.Kernel; tap++)
            {
                int way = pixel + extent.Before - tap * extent.Dilation;
                if (way % extent.Stride == 0)
                {
                    Assert.InRange(way / extent.Stride, -before, extent.Output - 1 + after);
                }
            }
        }
    }

    [Property(MaxTest = Cases)]
    public void Whatever_the_message_of_an_uneven_division_suggests_works(int seed)
    {
        Random random = new(seed);
        (int kernel, int stride) = (random.Next(1, 8), random.Next(2, 7));
        (int before, int after) = (random.Next(4), random.Next(4));
        int input = Math.Max(1, kernel - before - after) + random.Next(20);
        Padding padding = new(before, 0, after, 0);
        if (Refusal(Layer(kernel, stride, 1, padding), input) is not string message)
        {
            return;
        }

        foreach (int height in Numbers(Inputs().Match(message)))
        {
            _ = Layer(kernel, stride, 1, padding).OutputShape(new Shape(height, 1, 1));
        }

        int[] sides = [.. Numbers(Paddings().Match(message))];
        _ = Layer(kernel, stride, 1, new Padding(sides[0], 0, sides[1], 0)).OutputShape(new Shape(input, 1, 1));
        int[] strides = [.. Numbers(Strides().Match(message))];
        Assert.NotEmpty(strides);
        foreach (int other in strides)
        {
            _ = Layer(kernel, other, 1, padding).OutputShape(new Shape(input, 1, 1));
        }

        _ = Layer(kernel, stride, 1, padding, Rounding.Floor).OutputShape(new Shape(input, 1, 1));
        _ = Layer(kernel, stride, 1, padding, Rounding.Ceiling).OutputShape(new Shape(input, 1, 1));
    }

    [Property(MaxTest = Cases)]
    public void A_padding_that_is_suggested_to_a_pooling_is_one_that_it_takes(int seed)
    {
        Random random = new(seed);
        (int kernel, int stride, int input) = (random.Next(1, 5), random.Next(2, 9), random.Next(5, 25));
        ShapeException? refusal = Record.Exception(() => Pool(0, 0).OutputShape(new Shape(input, 1, 1))) as ShapeException;
        int[] sides = [.. Numbers(Paddings().Match(refusal?.Message ?? ""))];
        if (sides.Length > 0)
        {
            _ = Pool(sides[0], sides[1]).OutputShape(new Shape(input, 1, 1));
        }

        MaxPool2D Pool(int before, int after) => new((kernel, 1), (stride, 1), new Padding(before, 0, after, 0));
    }

    private static string? Refusal(Conv2D layer, int input)
    {
        try
        {
            _ = layer.OutputShape(new Shape(input, 1, 1));
            return null;
        }
        catch (ShapeException exception)
        {
            return exception.Message;
        }
    }

    private static Extent Random(Random random)
    {
        while (true)
        {
            (int kernel, int stride, int dilation) = (random.Next(1, 7), random.Next(1, 6), random.Next(1, 4));
            SlidingWindow? window = SlidingWindow.Lay(
                random.Next(1, 25),
                kernel,
                stride,
                dilation,
                random.Next(6),
                random.Next(6),
                random.Next(2) == 0 ? Rounding.Floor : Rounding.Ceiling
            );
            if (window != null)
            {
                return window.Extent;
            }
        }
    }

    private static Extent ExtentOf(int input, int kernel, int stride, int dilation, Padding padding, Rounding rounding) =>
        ShapeRule.Window(new Shape(input, 1, 1), "conv1", (kernel, 1), (stride, 1), (dilation, 1), padding, rounding, Remedies.All).Rows;

    private static Conv2D Layer(int kernel, int stride, int dilation, Padding padding, Rounding rounding = Rounding.Exact) =>
        new(1, (kernel, 1), (stride, 1), padding, (dilation, 1), rounding: rounding);

    private static IEnumerable<int> Numbers(Match match) =>
        Digits().Matches(match.Groups[1].Value).Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("an input height of ([0-9 or]+)")]
    private static partial Regex Inputs();

    [GeneratedRegex("a padding of ([0-9]+ and [0-9]+)")]
    private static partial Regex Paddings();

    [GeneratedRegex("a stride of ([0-9 or]+)")]
    private static partial Regex Strides();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
