using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// y = x * scale + shift, with a scale and a shift for each channel: batch normalization by fixed statistics, and LeNet-5's
/// trainable subsampling.
/// </summary>
internal static unsafe class ChannelAffine
{
    /// <summary>y, or max(0, y).</summary>
    public static void Forward<V>(Layout layout, int channels, Planes x, Planes y, float* scale, float* shift, bool rectify = false)
        where V : struct, IVector<V>
    {
        ChannelTerms terms = new() { Scale = scale, Shift = shift };
        if (rectify)
        {
            ChannelMap.Run<V, ScaleAndShift<ReLUFunction>>(layout, channels, x, x, y, terms);
        }
        else
        {
            ChannelMap.Run<V, ScaleAndShift<IdentityFunction>>(layout, channels, x, x, y, terms);
        }
    }

    /// <summary>dx = dy * scale; it may take the place of dy.</summary>
    public static void Backward<V>(Layout layout, int channels, Planes dy, Planes dx, float* scale)
        where V : struct, IVector<V> => ChannelMap.Run<V, ScaleOnly>(layout, channels, dy, dy, dx, new ChannelTerms { Scale = scale });

    /// <summary>dscale += sum of dy * x and dshift += sum of dy, over the pixels of a channel.</summary>
    public static void ParameterGradients<V>(Layout layout, int channels, int images, Planes x, Planes dy, double* dscale, double* dshift)
        where V : struct, IVector<V> => ChannelSums.Add<V, Products>(layout, channels, images, x, dy, default, dscale, dshift);

    private readonly struct ScaleAndShift<TActivation> : IChannelMap
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V, TLanes>(float* x, float* unused, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes =>
            default(TActivation).Forward(V.MultiplyAdd(V.Load(x), TLanes.At<V>(terms.Scale, channel), TLanes.At<V>(terms.Shift, channel)));
    }

    private readonly struct ScaleOnly : IChannelMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V, TLanes>(float* dy, float* unused, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes => V.Load(dy) * TLanes.At<V>(terms.Scale, channel);
    }

    private readonly struct Products : IChannelTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V, TLanes>(ref V dscale, ref V dshift, float* x, float* dy, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes
        {
            V gradient = V.Load(dy);
            dscale = V.MultiplyAdd(V.Load(x), gradient, dscale);
            dshift += gradient;
        }
    }
}
