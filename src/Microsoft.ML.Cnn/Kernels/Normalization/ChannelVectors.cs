using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// The vectors that hold all channels of some neighbouring pixels, in the order of <see cref="ChannelWindows{V}"/>: with channels in the lanes
/// they lie side by side, with images in the lanes each in a plane of its own.
/// </summary>
internal readonly unsafe struct ChannelVectors<V>
    where V : struct, IVector<V>
{
    private readonly float* first;
    private readonly nint pixelPitch;
    private readonly nint vectorPitch;
    private readonly nint last;

    private ChannelVectors(float* first, nint pixelPitch, nint vectorPitch, nint last)
    {
        this.first = first;
        this.pixelPitch = pixelPitch;
        this.vectorPitch = vectorPitch;
        this.last = last;
    }

    public float* this[int pixel, int vector]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => first + pixel * pixelPitch + Math.Min(vector * vectorPitch, last);
    }

    /// <summary>From a pixel of a row on; with images in the lanes of the group whose first plane is given, a pixel being a vector of images.</summary>
    public static ChannelVectors<V> At(Layout layout, int channels, Planes planes, int plane, int row, int pixel)
    {
        float* start = planes.Row(plane, row);
        return layout == Layout.Images
            ? new(start + (nint)pixel * V.Count, V.Count, planes.PlanePitch, (channels - 1) * planes.PlanePitch)
            : new(start + (nint)pixel * channels, channels, V.Count, channels - V.Count);
    }
}
