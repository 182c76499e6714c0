using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public sealed class ColorKernelTests
{
    private const float Maximum = 255;

    private static readonly Shape[] colored = [.. PixelCases.Shapes.Where(shape => shape.Channels == 3)];

    [Theory]
    [InlineData(0.4f, 0)]
    [InlineData(1.7f, 12)]
    [InlineData(1, -90)]
    [InlineData(1, 0)]
    public void A_blend_scales_shifts_and_clamps(float factor, float addend)
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            PixelCases.Check(
                shape,
                new Blended(factor, addend),
                x => x.Select((row, column, channel) => Clamp((double)factor * x[row, column, channel] + addend))
            );
        }
    }

    [Fact]
    public void The_mean_gray_is_that_of_torchvisions_weights()
    {
        foreach (Shape shape in PixelCases.Shapes.Where(shape => shape.Channels is 1 or 3))
        {
            // The first value becomes the mean.
            PixelCases.Check(
                shape,
                new MeanInFirst(),
                x => x.Select((row, column, channel) => (row, column, channel) == (0, 0, 0) ? x.MeanGray() : x[row, column, channel])
            );
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3f)]
    [InlineData(1)]
    [InlineData(2.5f)]
    public void A_change_of_saturation_blends_with_the_pixels_gray(float factor)
    {
        foreach (Shape shape in colored)
        {
            PixelCases.Check(
                shape,
                new Saturated(factor),
                x => x.Select((row, column, channel) => Clamp(factor * x[row, column, channel] + (1.0 - factor) * x.Gray(row, column)))
            );
        }
    }

    [Fact]
    public unsafe void Half_the_saturation_of_a_known_colour_is_known()
    {
        // Gray: 0.2989 * 100 + 0.587 * 150 + 0.114 * 200 = 140.74.
        float[] pixel = [100, 150, 200];
        fixed (float* x = pixel)
        {
            ColorKernels.Saturate<F32x8>(x, PixelGrid.Interleaved(new Shape(1, 1, 3)), 0.5f, Maximum);
        }

        Assert.Equal(120.37, pixel[0], 1e-4);
        Assert.Equal(145.37, pixel[1], 1e-4);
        Assert.Equal(170.37, pixel[2], 1e-4);
    }

    [Fact]
    public void A_colour_is_added_to_all_pixels()
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            float[] addends = Numbers(shape.Channels);
            PixelCases.Check(
                shape,
                new Added(addends),
                x => x.Select((row, column, channel) => x[row, column, channel] + addends[channel])
            );
        }
    }

    [Fact]
    public void A_window_is_filled_with_a_colour_and_nothing_else_is_touched()
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            float[] values = Numbers(shape.Channels);
            foreach (
                PixelWindow window in new PixelWindow[]
                {
                    default,
                    new(0, 0, shape.Height, shape.Width),
                    new(shape.Height / 2, shape.Width / 3, (shape.Height + 1) / 2, (shape.Width + 1) / 2),
                }
            )
            {
                PixelCases.Check(
                    shape,
                    new Filled(window, values),
                    x => x.Select((row, column, channel) => IsIn(window, row, column) ? values[channel] : x[row, column, channel])
                );
            }
        }
    }

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => 11.5f * i - 20)];

    private static bool IsIn(PixelWindow window, int row, int column) =>
        row >= window.Top && row < window.Top + window.Height && column >= window.Left && column < window.Left + window.Width;

    private static double Clamp(double value) => Math.Clamp(value, 0, Maximum);

    private sealed unsafe class Blended(float factor, float addend) : PixelKernel(isInPlace: true)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) =>
            ColorKernels.Blend<V>(x, grid, factor, addend, Maximum);
    }

    private sealed unsafe class MeanInFirst() : PixelKernel(isInPlace: true)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) => *x = (float)ColorKernels.MeanGray<V>(x, grid, line);
    }

    private sealed unsafe class Saturated(float factor) : PixelKernel(isInPlace: true)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) => ColorKernels.Saturate<V>(x, grid, factor, Maximum);
    }

    private sealed unsafe class Added(float[] addends) : PixelKernel(isInPlace: true)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) => ColorKernels.Add<V>(x, grid, addends, line);
    }

    private sealed unsafe class Filled(PixelWindow window, float[] values) : PixelKernel(isInPlace: true)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) => ColorKernels.Fill(x, grid, window, values, line);
    }
}
