using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Depthwise;

/// <summary>
/// dw, the gradient of a depthwise convolution with respect to its filters, with channels in the lanes: row by row of the output, four taps of a
/// filter row at once.
/// </summary>
internal sealed unsafe class DepthwiseWeightGradient<V>(ConvolutionGeometry geometry)
    where V : struct, IVector<V>
{
    private const int TapsAtOnce = 4;

    /// <summary>Adds those of all images given to dw, [tap, channel].</summary>
    public void AddTo(Planes x, Planes dy, float* dw)
    {
        int channels = geometry.InputChannels;
        int whole = channels - channels % V.Count;
        for (int image = 0; image < dy.Count; image++)
        {
            for (int row = 0; row < dy.Height; row++)
            {
                for (int tapRow = 0; tapRow < geometry.Rows.Kernel; tapRow++)
                {
                    float* inputs = x.Pixel(image, geometry.Rows.Pixel(row, tapRow), -geometry.Columns.Before);
                    float* sums = dw + (nint)tapRow * geometry.Columns.Kernel * channels;
                    AddRow<V>(inputs, dy.Row(image, row), sums, 0, whole);
                    AddRow<F32x1>(inputs, dy.Row(image, row), sums, whole, channels);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRow<T>(float* x, float* dy, float* dw, int from, int to)
        where T : struct, IVector<T>
    {
        nint channels = geometry.InputChannels;
        nint tapStep = geometry.Columns.Dilation * channels;
        nint pixelStep = geometry.Columns.Stride * channels;
        int taps = geometry.Columns.Kernel;
        int pixels = geometry.Columns.Output;
        for (int first = 0; first < taps; first += TapsAtOnce)
        {
            // Fewer than four at the end: the last one takes the place of those that there are not, with the same sum.
            nint tap1 = Math.Min(first + 1, taps - 1);
            nint tap2 = Math.Min(first + 2, taps - 1);
            nint tap3 = Math.Min(first + 3, taps - 1);
            for (nint c = from; c < to; c += T.Count)
            {
                float* sums = dw + c;
                T sum0 = T.Load(sums + first * channels);
                T sum1 = T.Load(sums + tap1 * channels);
                T sum2 = T.Load(sums + tap2 * channels);
                T sum3 = T.Load(sums + tap3 * channels);
                float* input = x + c;
                float* gradient = dy + c;
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    T dyp = T.Load(gradient);
                    sum0 = T.MultiplyAdd(T.Load(input + first * tapStep), dyp, sum0);
                    sum1 = T.MultiplyAdd(T.Load(input + tap1 * tapStep), dyp, sum1);
                    sum2 = T.MultiplyAdd(T.Load(input + tap2 * tapStep), dyp, sum2);
                    sum3 = T.MultiplyAdd(T.Load(input + tap3 * tapStep), dyp, sum3);
                    input += pixelStep;
                    gradient += channels;
                }

                sum0.Store(sums + first * channels);
                sum1.Store(sums + tap1 * channels);
                sum2.Store(sums + tap2 * channels);
                sum3.Store(sums + tap3 * channels);
            }
        }
    }
}
