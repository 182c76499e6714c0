using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class LayoutCopyTests
{
    private static readonly Layout[] Layouts = [Layout.Channels, Layout.Images];

    [Fact]
    public void Rows_become_planes_scaled_by_channel_and_come_back()
    {
        foreach (int channels in new[] { 1, 3, 17 })
        {
            foreach (Layout layout in Layouts)
            {
                RoundTrip<F32x16>(layout, channels);
                RoundTrip<F32x8>(layout, channels);
                RoundTrip<F32x4>(layout, channels);
                RoundTrip<F32x1>(layout, channels);
            }
        }
    }

    private static void RoundTrip<V>(Layout layout, int channels)
        where V : struct, IVector<V>
    {
        RoundTrip<V>(layout, channels, planar: false, scaled: false);
        RoundTrip<V>(layout, channels, planar: false, scaled: true);
        RoundTrip<V>(layout, channels, planar: true, scaled: false);
        RoundTrip<V>(layout, channels, planar: true, scaled: true);
    }

    private static unsafe void RoundTrip<V>(Layout layout, int channels, bool planar, bool scaled)
        where V : struct, IVector<V>
    {
        int images = V.Count + 2;
        Batch x = Batch.WithoutTies(images, new Shape(3, 5, channels), 1);
        int pitch = (int)x.Shape.Length + 3;
        float[] values = Write(x, pitch, planar);
        float[] offsets = [.. Enumerable.Range(0, channels).Select(c => 0.25f * c)];
        float[] scales = [.. Enumerable.Range(0, channels).Select(c => 1f + c)];
        fixed (float* data = values)
        fixed (float* offset = offsets)
        fixed (float* scale = scales)
        {
            PixelRows rows = Rows(data, pitch, x.Shape, planar);
            using PlanesBuffer planes = new(layout, V.Count, images, x.Shape, new Halo(2, 1, 1, 2));
            InputScaling scaling = scaled ? new((nint)offset, (nint)scale) : InputScaling.None;
            LayoutCopy.ToPlanes<V>(layout, channels, images, rows, planes.Planes, scaling);
            planes.AssertGuards();
            Assert.All(planes.ReadDeadLanes(), value => Assert.Equal(0, value));
            double[] expected = scaled
                ? [.. x.Values.Select((value, i) => (value - offsets[i % channels]) * scales[i % channels])]
                : x.Values;
            Approximately.Equal(expected, planes.Read().Values, 1e-6, layout);

            float[] back = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, values.Length)];
            fixed (float* target = back)
            {
                LayoutCopy.FromPlanes<V>(layout, channels, images, planes.Planes, Rows(target, pitch, x.Shape, planar));
            }

            Assert.Equal(Write(planes.Read(), pitch, planar), back);
        }
    }

    private static unsafe PixelRows Rows(float* data, int pitch, Shape shape, bool planar) =>
        planar ? PixelRows.Planar(data, pitch, shape) : PixelRows.Interleaved(data, pitch, shape);

    private static float[] Write(Batch batch, int pitch, bool planar)
    {
        float[] values = [.. Enumerable.Repeat(PlanesBuffer.Sentinel, batch.Images * pitch)];
        Shape shape = batch.Shape;
        for (int image = 0; image < batch.Images; image++)
        for (int row = 0; row < shape.Height; row++)
        for (int column = 0; column < shape.Width; column++)
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            int index = planar
                ? (channel * shape.Height + row) * shape.Width + column
                : (row * shape.Width + column) * shape.Channels + channel;
            values[image * pitch + index] = (float)batch[image, row, column, channel];
        }

        return values;
    }
}
