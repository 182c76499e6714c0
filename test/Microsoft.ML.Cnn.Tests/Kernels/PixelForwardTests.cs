using Microsoft.ML.Cnn.Kernels.Convolution;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>Convolution with pixels in the lanes against its definition in double precision.</summary>
public sealed unsafe class PixelForwardTests
{
    private const float Sentinel = 12345;

    [Theory]
    [InlineData(28, 28, 6, 5, 1, 1)] // LeNet-5
    [InlineData(7, 16, 1, 3, 1, 1)] // exactly one vector of 16
    [InlineData(9, 33, 17, 3, 1, 1)] // a lone last vector; two tiles of filters
    [InlineData(11, 49, 5, 3, 2, 1)] // rows at stride 2
    [InlineData(10, 21, 3, 3, 1, 2)] // dilated
    public void Agrees_with_the_definition_on_every_width(int height, int width, int filters, int kernel, int stride, int dilation)
    {
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            double error = SimdDispatch.Run(set, new Case(height, width, filters, kernel, stride, dilation));
            Assert.True(error < 2e-6, $"{set}: {error}");
        }
    }

    /// <summary>The greatest error of "same" padding with bias and ReLU.</summary>
    private sealed class Case(int height, int width, int filters, int kernel, int stride, int dilation) : IVectorFactory<double>
    {
        public double Create<V>()
            where V : struct, IVector<V>
        {
            int pad = (kernel - 1) * dilation / 2;
            int outputs = (height - 1) / stride + 1;
            ConvolutionGeometry geometry = new(
                new WindowGeometry(
                    new Extent(height, kernel, stride, dilation, pad, pad, outputs),
                    new Extent(width, kernel, 1, dilation, pad, pad, width)
                ),
                1,
                filters,
                1
            );
            Random random = new(1);
            int pitch = width + 2 * pad;
            using AlignedBuffer image = new((height + 2 * pad) * pitch);
            using AlignedBuffer weights = new(kernel * kernel * filters);
            using AlignedBuffer laneBias = new(filters * V.Count);
            using AlignedBuffer result = new(outputs * width * filters + AlignedBuffer.Line);
            Planes x = new((nint)(image.Data + pad * pitch + pad), 1, height, width, 1, pitch, (nint)image.Length);
            Planes y = Planes.Dense(result.Data, 1, outputs, width, filters);
            for (int i = 0; i < height * width; i++)
            {
                *x.Pixel(0, i / width, i % width) = random.NextSingle() - 0.5f;
            }

            foreach (ref float weight in weights.Span)
            {
                weight = random.NextSingle() - 0.5f;
            }

            for (int filter = 0; filter < filters; filter++)
            {
                V.Broadcast(random.NextSingle() - 0.5f).Store(laneBias.Data + filter * V.Count);
            }

            result.Span.Fill(Sentinel);
            PixelForward<V> forward = new(geometry, pitch);
            using AlignedBuffer scratch = new(forward.ScratchLength);
            double error = 0;
            for (int row = 0; row < outputs; row++)
            {
                forward.Run(x, y, 0, row, weights.Data, laneBias.Data, rectify: true, scratch.Data);
                for (int i = 0; i < width * filters; i++)
                {
                    (int column, int filter) = Math.DivRem(i, filters);
                    double expected = laneBias.Data[filter * V.Count];
                    for (int tap = 0; tap < kernel * kernel; tap++)
                    {
                        (int tapRow, int tapColumn) = Math.DivRem(tap, kernel);
                        float pixel = *x.Pixel(0, row * stride + tapRow * dilation - pad, column + tapColumn * dilation - pad);
                        expected += (double)pixel * weights.Data[tap * filters + filter];
                    }

                    error = Math.Max(error, Math.Abs(Math.Max(0, expected) - *(y.Pixel(0, row, column) + filter)));
                }
            }

            Assert.All(result.Span[(outputs * width * filters)..].ToArray(), beyond => Assert.Equal(Sentinel, beyond));
            return error;
        }
    }
}
