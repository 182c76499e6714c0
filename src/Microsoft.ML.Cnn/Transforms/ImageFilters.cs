using System.Globalization;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Ready filters. Those that differentiate come in pairs: the horizontal one along x, so that it answers to vertical edges, positive where the image becomes
/// brighter to the right; the vertical one along y, positive where it becomes brighter downwards.
/// </summary>
public static class ImageFilters
{
    /// <summary>The derivative along x, smoothed along y by 1, 2, 1: 8 times the slope, 4 times the height of a step. I. Sobel, G. Feldman 1968.</summary>
    public static ImageFilter SobelHorizontal { get; } = AlongX(nameof(SobelHorizontal), 1, 2);

    /// <summary>The derivative along y; see <see cref="SobelHorizontal"/>.</summary>
    public static ImageFilter SobelVertical { get; } = AlongY(nameof(SobelVertical), 1, 2);

    /// <summary>The derivative along x, smoothed along y by 1, 1, 1: 6 times the slope, 3 times the height of a step. J. Prewitt 1970.</summary>
    public static ImageFilter PrewittHorizontal { get; } = AlongX(nameof(PrewittHorizontal), 1, 1);

    /// <summary>The derivative along y; see <see cref="PrewittHorizontal"/>.</summary>
    public static ImageFilter PrewittVertical { get; } = AlongY(nameof(PrewittVertical), 1, 1);

    /// <summary>
    /// The derivative along x, smoothed along y by 3, 10, 3, which makes the direction of a gradient nearly exact: 32 times the slope, 16 times the height of a
    /// step. H. Scharr 2000.
    /// </summary>
    public static ImageFilter ScharrHorizontal { get; } = AlongX(nameof(ScharrHorizontal), 3, 10);

    /// <summary>The derivative along y; see <see cref="ScharrHorizontal"/>.</summary>
    public static ImageFilter ScharrVertical { get; } = AlongY(nameof(ScharrVertical), 3, 10);

    /// <summary>The sum of the second derivatives along x and y, from four neighbours: negative on the bright side of an edge.</summary>
    public static ImageFilter Laplacian { get; } =
        new(
            nameof(Laplacian),
            new float[,]
            {
                { 0, 1, 0 },
                { 1, -4, 1 },
                { 0, 1, 0 },
            }
        );

    /// <summary>The image less its <see cref="Laplacian"/>: edges become steeper, and what is even stays as it is.</summary>
    public static ImageFilter Sharpen { get; } =
        new(
            nameof(Sharpen),
            new float[,]
            {
                { 0, -1, 0 },
                { -1, 5, -1 },
                { 0, -1, 0 },
            }
        );

    /// <summary>The image as it is.</summary>
    public static ImageFilter Identity { get; } =
        new(
            nameof(Identity),
            new float[,]
            {
                { 1 },
            }
        );

    /// <summary>A mean that is weighted by a bell curve around the pixel; the weights sum up to 1.</summary>
    /// <param name="size">Height and width, at least 1; 6 sigma hold nearly all of the curve.</param>
    /// <param name="sigma">The curve's standard deviation in pixels, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static ImageFilter Gaussian(int size, float sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (!(sigma > 0) || !float.IsFinite(sigma))
        {
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, $"Sigma must be a number above 0, received {sigma}.");
        }

        // Distances in sigmas: squares of sigma itself could vanish. The nearest pixel has 1, so that there is always something to divide by.
        double[] distances = [.. Enumerable.Range(0, size).Select(i => (i - (size - 1) / 2.0) / sigma)];
        double nearest = distances.Min(distance => distance * distance);
        double[] bell = [.. distances.Select(distance => Math.Exp((nearest - distance * distance) / 2))];
        double sum = bell.Sum() * bell.Sum();
        string name = string.Create(CultureInfo.InvariantCulture, $"Gaussian{size}_{sigma}");
        return new ImageFilter(name, size, [.. from y in bell from x in bell select (float)(y * x / sum)]);
    }

    /// <summary>The mean of the pixels around; the weights sum up to 1.</summary>
    /// <param name="size">Height and width, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public static ImageFilter Box(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new ImageFilter($"Box{size}", size, [.. Enumerable.Repeat(1f / ((long)size * size), checked(size * size))]);
    }

    /// <summary>The difference of the neighbours to the right and left, smoothed over three rows.</summary>
    private static ImageFilter AlongX(string name, float outer, float middle) =>
        new(
            name,
            new[,]
            {
                { -outer, 0, outer },
                { -middle, 0, middle },
                { -outer, 0, outer },
            }
        );

    /// <summary>The difference of the neighbours below and above, smoothed over three columns.</summary>
    private static ImageFilter AlongY(string name, float outer, float middle) =>
        new(
            name,
            new[,]
            {
                { -outer, -middle, -outer },
                { 0, 0, 0 },
                { outer, middle, outer },
            }
        );
}
