using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public unsafe class PlaneHaloTests
{
    [Theory]
    [InlineData(1, 2, 3, 4)]
    [InlineData(0, 1, 0, 1)]
    [InlineData(2, 0, 0, 0)]
    [InlineData(0, 0, 0, 3)]
    public void Clears_what_surrounds_the_planes_and_nothing_else(int top, int left, int bottom, int right)
    {
        const int Count = 2;
        const int Height = 3;
        const int Width = 5;
        const int PixelLength = 2;
        Halo halo = new(top, left, bottom, right);
        int rowPitch = (Width + left + right) * PixelLength;
        int planePitch = (Height + top + bottom) * rowPitch;
        float[] memory = new float[Count * planePitch + 2];
        memory.AsSpan().Fill(7);
        fixed (float* first = &memory[1])
        {
            Planes planes = new(
                (nint)(first + top * rowPitch + left * PixelLength),
                Count,
                Height,
                Width,
                PixelLength,
                rowPitch,
                planePitch
            );
            PlaneHalo.Clear(planes, halo);
        }

        Assert.Equal(7, memory[0]);
        Assert.Equal(7, memory[^1]);
        for (int i = 0; i < Count * planePitch; i++)
        {
            int row = i % planePitch / rowPitch - top;
            int column = i % rowPitch / PixelLength - left;
            bool isInside = row is >= 0 and < Height && column is >= 0 and < Width;
            Assert.Equal(isInside ? 7 : 0, memory[i + 1]);
        }
    }
}
