using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels.Convolution.Depthwise;

/// <summary>
/// The sum of some taps of a depthwise convolution, for neighbouring pixels: target[p, c] = bias[c] + Σ source[p, tap, c] * weights[tap, c].
/// Channels lie in the lanes; four pixels share each weight that is loaded.
/// </summary>
internal sealed unsafe class TapSum<V>
    where V : struct, IVector<V>
{
    private const int PixelsAtOnce = 4;

    private readonly StretchList taps;
    private readonly int channels;
    private readonly nint sourceStep;
    private readonly nint targetStep;

    /// <param name="taps">Of each tap, where it reads: floats from the pixel's place in the source, and from the first weight.</param>
    /// <param name="channels">Channels of a pixel.</param>
    /// <param name="sourceStep">Floats of the source from a pixel to the next.</param>
    /// <param name="targetStep">Floats of the target from a pixel to the next.</param>
    public TapSum(IEnumerable<Stretch> taps, int channels, nint sourceStep, nint targetStep)
    {
        this.taps = new StretchList([.. taps]);
        this.channels = channels;
        this.sourceStep = sourceStep;
        this.targetStep = targetStep;
    }

    /// <param name="bias">One number a channel; null for none.</param>
    /// <param name="floor">What results are at least.</param>
    public void Run(float* source, float* target, int pixels, float* weights, float* bias, float floor)
    {
        int whole = channels - channels % V.Count;
        for (int pixel = 0; pixel < pixels; pixel += PixelsAtOnce)
        {
            // Fewer than four at the end: the last one takes the place of those that there are not.
            int last = Math.Min(PixelsAtOnce, pixels - pixel) - 1;
            float* from = source + pixel * sourceStep;
            float* to = target + pixel * targetStep;
            Run<V>(from, to, last, 0, whole, weights, bias, floor);
            Run<F32x1>(from, to, last, whole, channels, weights, bias, floor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<T>(float* source, float* target, int last, int from, int to, float* weights, float* bias, float floor)
        where T : struct, IVector<T>
    {
        nint source1 = Math.Min(1, last) * sourceStep;
        nint source2 = Math.Min(2, last) * sourceStep;
        nint source3 = last * sourceStep;
        nint target1 = Math.Min(1, last) * targetStep;
        nint target2 = Math.Min(2, last) * targetStep;
        nint target3 = last * targetStep;
        int count = taps.Count;
        Stretch* list = taps.Address;
        for (nint c = from; c < to; c += T.Count)
        {
            T sum0 = bias == null ? T.Broadcast(0) : T.Load(bias + c);
            T sum1 = sum0;
            T sum2 = sum0;
            T sum3 = sum0;
            for (int tap = 0; tap < count; tap++)
            {
                T weight = T.Load(weights + list[tap].B + c);
                float* x = source + list[tap].A + c;
                sum0 = T.MultiplyAdd(T.Load(x), weight, sum0);
                sum1 = T.MultiplyAdd(T.Load(x + source1), weight, sum1);
                sum2 = T.MultiplyAdd(T.Load(x + source2), weight, sum2);
                sum3 = T.MultiplyAdd(T.Load(x + source3), weight, sum3);
            }

            T least = T.Broadcast(floor);
            float* y = target + c;
            T.Max(least, sum0).Store(y);
            T.Max(least, sum1).Store(y + target1);
            T.Max(least, sum2).Store(y + target2);
            T.Max(least, sum3).Store(y + target3);
        }
    }
}
