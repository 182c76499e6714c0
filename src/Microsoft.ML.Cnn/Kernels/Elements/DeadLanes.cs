using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>With images in the lanes, the lanes of the last group that hold no image.</summary>
internal static unsafe class DeadLanes
{
    public static void Clear(Planes planes, int channels, int images)
    {
        int groups = planes.Count / channels;
        int live = images - (groups - 1) * planes.PixelLength;
        if (live == planes.PixelLength)
        {
            return;
        }

        for (int plane = (groups - 1) * channels; plane < planes.Count; plane++)
        {
            for (int row = 0; row < planes.Height; row++)
            {
                float* pixel = planes.Row(plane, row);
                for (int column = 0; column < planes.Width; column++)
                {
                    new Span<float>(pixel + live, planes.PixelLength - live).Clear();
                    pixel += planes.PixelLength;
                }
            }
        }
    }
}
