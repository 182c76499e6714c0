using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Memory for some pixels with all their channels, zeros before the first channel and behind the last: sums over neighbouring channels are
/// taken there like everywhere else. Several pixels are written before the first is read, so that no load waits for a store of another width.
/// With channels in the lanes the vectors of a pixel lie side by side, the last one over the one before it if need be; with
/// images in the lanes each channel is a vector.
/// </summary>
internal readonly unsafe struct ChannelWindows<V>
    where V : struct, IVector<V>
{
    /// <summary>Floats of the pixels taken together, as far as they are not one: a small part of the first cache level.</summary>
    private const int EnoughLength = 1024;

    private readonly int reach;

    // Floats from a channel to the next, and from the first vector to the last.
    private readonly int step;
    private readonly int last;

    // From a pixel to the next: the zeros behind one are those before the other.
    private readonly int margin;
    private readonly int pitch;

    /// <param name="layout">Of the pixels.</param>
    /// <param name="channels">Of a pixel; with channels in the lanes at least a vector of them.</param>
    /// <param name="reach">Channels summed on either side.</param>
    public ChannelWindows(Layout layout, int channels, int reach)
    {
        this.reach = Math.Min(reach, channels - 1);
        step = layout == Layout.Images ? V.Count : 1;
        last = channels * step - V.Count;
        margin = RoundUp(this.reach * step);
        pitch = RoundUp(channels * step) + margin;
        Vectors = (last + V.Count - 1) / V.Count + 1;
        Pixels = Math.Max(1, EnoughLength / pitch);
    }

    /// <summary>Vectors of a pixel.</summary>
    public int Vectors { get; }

    /// <summary>Pixels that are written before they are read.</summary>
    public int Pixels { get; }

    /// <summary>Floats of memory, aligned to a vector.</summary>
    public int Length => margin + Pixels * pitch;

    public void Clear(float* memory) => new Span<float>(memory, Length).Clear();

    /// <summary>Where a vector lies in the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Offset(int pixel, int vector) => margin + (nint)pixel * pitch + Math.Min(vector * V.Count, last);

    /// <summary>The sum over the channels of a window, for each lane of the vector at its centre.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Sum(float* centre)
    {
        float* end = centre + reach * step;
        V sum = V.Load(centre - reach * step);
        for (float* at = centre - (reach - 1) * step; at <= end; at += step)
        {
            sum += V.Load(at);
        }

        return sum;
    }

    private static int RoundUp(int length) => (length + V.Count - 1) / V.Count * V.Count;
}
