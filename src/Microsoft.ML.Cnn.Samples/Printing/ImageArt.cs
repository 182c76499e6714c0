using Spectre.Console;
using Spectre.Console.Rendering;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>A small gray image in characters, two rows of pixels a line: upper half blocks in gray, or shades where there are no colours.</summary>
internal sealed class ImageArt(float[] pixels, int width) : Renderable
{
    private const string Shades = " ░▒▓█";

    private readonly float _white = Math.Max(pixels.Max(), 1);

    private int Height => pixels.Length / width;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(width, width);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        for (int row = 0; row < Height; row += 2)
        {
            for (int column = 0; column < width; column++)
            {
                float upper = Brightness(row, column);
                float lower = Brightness(row + 1, column);
                yield return options.ColorSystem == ColorSystem.NoColors
                    ? new Segment(Shade((upper + lower) / 2))
                    : new Segment("▀", new Style(Gray(upper), Gray(lower)));
            }

            yield return Segment.LineBreak;
        }
    }

    private float Brightness(int row, int column) => row < Height ? pixels[(row * width) + column] / _white : 0;

    private static string Shade(float brightness) => Shades[(int)Math.Round(brightness * (Shades.Length - 1))].ToString();

    private static Color Gray(float brightness)
    {
        byte level = (byte)Math.Round(brightness * byte.MaxValue);
        return new Color(level, level, level);
    }
}
