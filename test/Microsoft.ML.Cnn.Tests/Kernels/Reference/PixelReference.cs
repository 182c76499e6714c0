using Microsoft.ML.Cnn.Kernels;

namespace Microsoft.ML.Cnn.Tests.Kernels.Reference;

/// <summary>
/// An image in double precision, and torchvision's definitions of what is done to one, as its documentation and that of PyTorch state them: coordinates are normalized
/// where theirs are, and the antialiasing filter has any width.
/// </summary>
internal sealed class PixelReference(int height, int width, int channels)
{
    private readonly double[,,] values = new double[height, width, channels];

    public int Height => height;

    public int Width => width;

    public int Channels => channels;

    public double this[int row, int column, int channel]
    {
        get => values[row, column, channel];
        set => values[row, column, channel] = value;
    }

    public static PixelReference Of(Shape shape, Func<int, int, int, double> value) =>
        new PixelReference(shape.Height, shape.Width, shape.Channels).Select((row, column, channel) => value(row, column, channel));

    /// <summary>The values as they lie in memory.</summary>
    public double[] In(PixelGrid grid)
    {
        double[] flat = new double[grid.Length];
        foreach ((int row, int column, int channel) in All())
        {
            flat[IndexOf(grid, row, column, channel)] = values[row, column, channel];
        }

        return flat;
    }

    /// <summary>Padded on all sides, and a window of the image's size cut out.</summary>
    public PixelReference Window(int top, int left, Func<int, int, int> source, double outside) =>
        Select(
            (row, column, channel) =>
            {
                (int from, int fromColumn) = (source(top + row, height), source(left + column, width));
                return from < 0 || fromColumn < 0 ? outside : values[from, fromColumn, channel];
            }
        );

    /// <summary>A part resized to the image's size by PyTorch's <c>interpolate(mode="bilinear", antialias=True)</c>.</summary>
    public PixelReference Resized(PixelWindow window)
    {
        double[,] rows = Weights(window.Height, height);
        double[,] columns = Weights(window.Width, width);
        return Select(
            (row, column, channel) =>
            {
                double sum = 0;
                for (int i = 0; i < window.Height; i++)
                {
                    for (int j = 0; j < window.Width; j++)
                    {
                        sum += rows[row, i] * columns[column, j] * values[window.Top + i, window.Left + j, channel];
                    }
                }

                return sum;
            }
        );
    }

    /// <summary>torchvision's <c>rotate</c> on tensors: an affine grid of normalized coordinates, <c>grid_sample</c>, and a mask.</summary>
    public PixelReference Rotated(double degrees, double fill)
    {
        double angle = -degrees * Math.PI / 180;
        double[] matrix = [Math.Cos(angle), Math.Sin(angle), -Math.Sin(angle), Math.Cos(angle)];
        return Select(
            (row, column, channel) =>
            {
                double x = column - width * 0.5 + 0.5;
                double y = row - height * 0.5 + 0.5;
                double gridX = (matrix[0] * x + matrix[1] * y) / (0.5 * width);
                double gridY = (matrix[2] * x + matrix[3] * y) / (0.5 * height);
                double sourceX = ((gridX + 1) * width - 1) / 2;
                double sourceY = ((gridY + 1) * height - 1) / 2;
                double sum = 0;
                double mask = 0;
                for (int i = 0; i < height; i++)
                {
                    for (int j = 0; j < width; j++)
                    {
                        double weight = Math.Max(0, 1 - Math.Abs(sourceY - i)) * Math.Max(0, 1 - Math.Abs(sourceX - j));
                        sum += weight * values[i, j, channel];
                        mask += weight;
                    }
                }

                return sum * mask + (1 - mask) * fill;
            }
        );
    }

    public double Gray(int row, int column) =>
        channels == 1
            ? values[row, column, 0]
            : 0.2989 * values[row, column, 0] + 0.587 * values[row, column, 1] + 0.114 * values[row, column, 2];

    public double MeanGray()
    {
        double sum = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                sum += Gray(row, column);
            }
        }

        return sum / (height * width);
    }

    public PixelReference Select(Func<int, int, int, double> value)
    {
        PixelReference result = new(height, width, channels);
        foreach ((int row, int column, int channel) in All())
        {
            result[row, column, channel] = value(row, column, channel);
        }

        return result;
    }

    private static int IndexOf(PixelGrid grid, int row, int column, int channel) =>
        grid.Step == 1 && grid.Planes > 1
            ? (channel * grid.Height + row) * grid.Width + column
            : (row * grid.Width + column) * grid.Channels + channel;

    private static double[,] Weights(int input, int output)
    {
        double scale = (double)input / output;
        double support = Math.Max(1, scale);
        double[,] weights = new double[output, input];
        for (int i = 0; i < output; i++)
        {
            double center = scale * (i + 0.5);
            double total = 0;
            for (int j = 0; j < input; j++)
            {
                weights[i, j] = Math.Max(0, 1 - Math.Abs((j - center + 0.5) / support));
                total += weights[i, j];
            }

            for (int j = 0; j < input; j++)
            {
                weights[i, j] /= total;
            }
        }

        return weights;
    }

    private IEnumerable<(int Row, int Column, int Channel)> All() =>
        from row in Enumerable.Range(0, height)
        from column in Enumerable.Range(0, width)
        from channel in Enumerable.Range(0, channels)
        select (row, column, channel);
}
