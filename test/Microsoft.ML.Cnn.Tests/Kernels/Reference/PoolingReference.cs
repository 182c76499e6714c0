using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels.Reference;

/// <summary>Pooling from its definition. What a window makes of its pixels is given by weights: y = sum(weight * pixel).</summary>
internal static class PoolingReference
{
    private delegate IEnumerable<(int Row, int Column, double Weight)> WindowWeights(int image, int row, int column, int channel);

    public static Batch Max(Batch x, WindowGeometry window) => Apply(x, Output(x, window), Greatest(x, window));

    public static Batch MaxGradient(Batch x, Batch dy, WindowGeometry window) => Transpose(dy, x.Shape, Greatest(x, window));

    public static Batch Average(Batch x, WindowGeometry window, bool countPadding) =>
        Apply(x, Output(x, window), Averages(window, countPadding));

    public static Batch AverageGradient(Batch dy, Shape input, WindowGeometry window, bool countPadding) =>
        Transpose(dy, input, Averages(window, countPadding));

    public static Batch AdaptiveAverage(Batch x, int height, int width) =>
        Apply(x, x.Shape with { Height = height, Width = width }, Adaptive(x.Shape, height, width));

    public static Batch AdaptiveAverageGradient(Batch dy, Shape input) =>
        Transpose(dy, input, Adaptive(input, dy.Shape.Height, dy.Shape.Width));

    public static Shape Output(Batch x, WindowGeometry window) => new(window.Rows.Output, window.Columns.Output, x.Shape.Channels);

    private static WindowWeights Greatest(Batch x, WindowGeometry window) =>
        (image, row, column, channel) =>
        {
            (int Row, int Column) best = Inside(window, row, column).MaxBy(pixel => x[image, pixel.Row, pixel.Column, channel]);
            return [(best.Row, best.Column, 1)];
        };

    private static WindowWeights Averages(WindowGeometry window, bool countPadding) =>
        (_, row, column, _) =>
        {
            (int Row, int Column)[] inside = [.. Inside(window, row, column)];
            int counted = countPadding
                ? Pixels(window, row, column).Count(pixel => IsPadded(window.Rows, pixel.Row) && IsPadded(window.Columns, pixel.Column))
                : inside.Length;
            return inside.Select(pixel => (pixel.Row, pixel.Column, 1.0 / counted));
        };

    private static WindowWeights Adaptive(Shape input, int height, int width) =>
        (_, row, column, _) =>
        {
            int top = (int)Math.Floor((double)row * input.Height / height);
            int bottom = (int)Math.Ceiling((row + 1.0) * input.Height / height);
            int left = (int)Math.Floor((double)column * input.Width / width);
            int right = (int)Math.Ceiling((column + 1.0) * input.Width / width);
            return from r in Enumerable.Range(top, bottom - top)
                from c in Enumerable.Range(left, right - left)
                select (r, c, 1.0 / ((bottom - top) * (right - left)));
        };

    private static bool IsPadded(Extent extent, int pixel) => pixel < extent.Input + extent.After;

    private static IEnumerable<(int Row, int Column)> Inside(WindowGeometry window, int row, int column) =>
        Pixels(window, row, column)
            .Where(pixel => pixel.Row >= 0 && pixel.Row < window.Rows.Input && pixel.Column >= 0 && pixel.Column < window.Columns.Input);

    private static IEnumerable<(int Row, int Column)> Pixels(WindowGeometry window, int row, int column) =>
        from r in Enumerable.Range(0, window.Rows.Kernel)
        from c in Enumerable.Range(0, window.Columns.Kernel)
        select (window.Rows.Pixel(row, r), window.Columns.Pixel(column, c));

    private static Batch Apply(Batch x, Shape output, WindowWeights weights)
    {
        Batch y = new(x.Images, output);
        foreach ((int image, int row, int column, int channel) in Positions(y))
        {
            y[image, row, column, channel] = weights(image, row, column, channel)
                .Sum(pixel => pixel.Weight * x[image, pixel.Row, pixel.Column, channel]);
        }

        return y;
    }

    private static Batch Transpose(Batch dy, Shape input, WindowWeights weights)
    {
        Batch dx = new(dy.Images, input);
        foreach ((int image, int row, int column, int channel) in Positions(dy))
        {
            foreach ((int pixelRow, int pixelColumn, double weight) in weights(image, row, column, channel))
            {
                dx[image, pixelRow, pixelColumn, channel] += weight * dy[image, row, column, channel];
            }
        }

        return dx;
    }

    private static IEnumerable<(int Image, int Row, int Column, int Channel)> Positions(Batch batch) =>
        from image in Enumerable.Range(0, batch.Images)
        from row in Enumerable.Range(0, batch.Shape.Height)
        from column in Enumerable.Range(0, batch.Shape.Width)
        from channel in Enumerable.Range(0, batch.Shape.Channels)
        select (image, row, column, channel);
}
