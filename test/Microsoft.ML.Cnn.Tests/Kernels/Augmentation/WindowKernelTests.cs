using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public sealed class WindowKernelTests
{
    private const float Fill = -7;

    [Fact]
    public void A_horizontal_flip_reverses_columns()
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            PixelCases.Check(
                shape,
                new Flipped(vertical: false),
                x => x.Select((row, column, channel) => x[row, x.Width - 1 - column, channel])
            );
        }
    }

    [Fact]
    public void A_vertical_flip_reverses_rows()
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            PixelCases.Check(
                shape,
                new Flipped(vertical: true),
                x => x.Select((row, column, channel) => x[x.Height - 1 - row, column, channel])
            );
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, -3)]
    [InlineData(-4, 1)]
    [InlineData(3, 4)]
    [InlineData(-100, 0)]
    [InlineData(0, 100)]
    public void A_window_shows_the_image_and_a_constant_around_it(int top, int left)
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            Func<int, int, int> source = (position, length) => position >= 0 && position < length ? position : -1;
            PixelCases.Check(shape, new Moved(top, left, Border.Constant), x => x.Window(top, left, source, Fill));
            PixelCases.Check(shape, new Moved(top, left, Border.Zero), x => x.Window(top, left, source, outside: 0));
        }
    }

    [Theory]
    [InlineData(2, -3)]
    [InlineData(-2, 3)]
    public void A_window_shows_the_edge_again_or_the_image_mirrored_at_it(int top, int left)
    {
        foreach (Shape shape in PixelCases.Shapes.Where(shape => shape is { Height: > 2, Width: > 3 }))
        {
            PixelCases.Check(
                shape,
                new Moved(top, left, Border.Replicate),
                x => x.Window(top, left, (position, length) => Math.Clamp(position, 0, length - 1), Fill)
            );
            PixelCases.Check(
                shape,
                new Moved(top, left, Border.Reflect),
                x => x.Window(top, left, (position, length) => length - 1 - Math.Abs(length - 1 - Math.Abs(position)), Fill)
            );
        }
    }

    [Fact]
    public void A_window_is_magnified_as_by_the_antialiased_bilinear_filter()
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            foreach (PixelWindow window in Windows(shape))
            {
                PixelCases.Check(shape, new Magnified(window), x => x.Resized(window));
            }
        }
    }

    [Fact]
    public void Two_pixels_become_four_by_quarters()
    {
        PixelCases.Check(
            new Shape(1, 4, 1),
            new Magnified(new PixelWindow(0, 1, 1, 2)),
            x =>
                x.Select(
                    (_, column, _) =>
                        column switch
                        {
                            0 => x[0, 1, 0],
                            1 => 0.75 * x[0, 1, 0] + 0.25 * x[0, 2, 0],
                            2 => 0.25 * x[0, 1, 0] + 0.75 * x[0, 2, 0],
                            _ => x[0, 2, 0],
                        }
                )
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(-30.5)]
    [InlineData(180)]
    public void A_rotation_samples_as_grid_sample_does_and_fills_what_lies_outside(double degrees)
    {
        foreach (Shape shape in PixelCases.Shapes)
        {
            PixelCases.Check(shape, new Rotated(degrees), x => x.Rotated(degrees, Fill));
        }
    }

    [Fact]
    public void A_quarter_turn_is_counter_clockwise() =>
        PixelCases.Check(
            new Shape(5, 5, 3),
            new Rotated(90),
            x => x.Select((row, column, channel) => x[column, x.Width - 1 - row, channel])
        );

    private static IEnumerable<PixelWindow> Windows(Shape shape) =>
        [
            new(0, 0, shape.Height, shape.Width),
            new(0, 0, 1, 1),
            new(shape.Height - 1, shape.Width / 2, 1, (shape.Width + 1) / 2),
            new(shape.Height / 3, 0, (shape.Height + 1) / 2, (2 * shape.Width + 2) / 3),
        ];

    private sealed unsafe class Flipped(bool vertical) : PixelKernel(isInPlace: true)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line)
        {
            if (vertical)
            {
                Flip.Vertical<V>(x, grid);
            }
            else
            {
                Flip.Horizontal(x, grid);
            }
        }
    }

    private sealed unsafe class Moved(int top, int left, Border border) : PixelKernel(isInPlace: false)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) =>
            WindowCopy.Copy(x, y, grid, top, left, border, Fill);
    }

    private sealed unsafe class Magnified(PixelWindow window) : PixelKernel(isInPlace: false)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) =>
            WindowMagnification.Run<V>(x, y, grid, window, line, new Tap[grid.Width]);
    }

    private sealed unsafe class Rotated(double degrees) : PixelKernel(isInPlace: false)
    {
        public override void Run<V>(float* x, float* y, PixelGrid grid, float* line) =>
            Rotation.Run(x, y, grid, double.DegreesToRadians(degrees), Fill);
    }
}
