namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Rotates an image about its centre, with bilinear interpolation. As torchvision's <c>rotate</c> defines it, the sum over those of a pixel's four neighbours
/// that lie inside is blended with the fill value by the weight that they have together.
/// </summary>
internal static unsafe class Rotation
{
    /// <param name="x">The image.</param>
    /// <param name="y">Receives the rotated one; other memory than x.</param>
    /// <param name="grid">Of both.</param>
    /// <param name="radians">Counter-clockwise.</param>
    /// <param name="fill">What lies around the image.</param>
    public static void Run(float* x, float* y, PixelGrid grid, double radians, float fill)
    {
        double cosine = Math.Cos(radians);
        double sine = Math.Sin(radians);
        double centerX = 0.5 * (grid.Width - 1);
        double centerY = 0.5 * (grid.Height - 1);
        for (int row = 0; row < grid.Height; row++)
        {
            // Where the row's first pixel comes from; each further one comes from (cosine, sine) further on.
            double firstX = centerX - cosine * centerX - sine * (row - centerY);
            double firstY = centerY - sine * centerX + cosine * (row - centerY);
            for (int column = 0; column < grid.Width; column++)
            {
                float* target = grid.Row(y, 0, row) + column * grid.Step;
                Quad quad = new(firstX + cosine * column, firstY + sine * column);
                if (quad.IsInside(grid))
                {
                    Interpolate(quad, x, target, grid);
                }
                else
                {
                    Blend(quad, x, target, grid, fill);
                }
            }
        }
    }

    private static void Interpolate(in Quad quad, float* x, float* target, PixelGrid grid)
    {
        float* source = x + (quad.Top * grid.Width + quad.Left) * grid.Step;
        for (int plane = 0; plane < grid.Planes; plane++)
        {
            for (int i = 0; i < grid.Step; i++)
            {
                float* at = source + plane * grid.PlaneLength + i;
                float* below = at + grid.RowLength;
                float upper = at[0] + quad.Right * (at[grid.Step] - at[0]);
                float lower = below[0] + quad.Right * (below[grid.Step] - below[0]);
                target[plane * grid.PlaneLength + i] = upper + quad.Below * (lower - upper);
            }
        }
    }

    private static void Blend(in Quad quad, float* x, float* target, PixelGrid grid, float fill)
    {
        for (int channel = 0; channel < grid.Channels; channel++)
        {
            float sum = 0;
            float mask = 0;
            for (int corner = 0; corner < 4; corner++)
            {
                int row = quad.Top + corner / 2;
                int column = quad.Left + corner % 2;
                if ((uint)row < (uint)grid.Height && (uint)column < (uint)grid.Width)
                {
                    float weight = quad.Weight(corner);
                    sum += weight * x[grid.Offset(channel) + (row * grid.Width + column) * grid.Step];
                    mask += weight;
                }
            }

            target[grid.Offset(channel)] = sum * mask + (1 - mask) * fill;
        }
    }

    /// <summary>The four pixels around a place, and the shares of the right and of the lower ones.</summary>
    private readonly struct Quad(double x, double y)
    {
        public readonly int Left = (int)Math.Floor(x);
        public readonly int Top = (int)Math.Floor(y);
        public readonly float Right = (float)(x - Math.Floor(x));
        public readonly float Below = (float)(y - Math.Floor(y));

        public bool IsInside(PixelGrid grid) => (uint)Left < (uint)(grid.Width - 1) && (uint)Top < (uint)(grid.Height - 1);

        /// <param name="corner">0 to 3: row by row.</param>
        public float Weight(int corner) => (corner % 2 == 0 ? 1 - Right : Right) * (corner < 2 ? 1 - Below : Below);
    }
}
