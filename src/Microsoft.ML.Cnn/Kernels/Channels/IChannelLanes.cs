using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>How a value that belongs to a channel meets the lanes of a pixel: the one thing in which the layouts differ here.</summary>
internal unsafe interface IChannelLanes
{
    /// <summary>The values for the lanes that start at a channel.</summary>
    static abstract V At<V>(float* values, nint channel)
        where V : struct, IVector<V>;
}

/// <summary>Channels lie side by side: each lane has its own value.</summary>
internal readonly unsafe struct ChannelsInLanes : IChannelLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V At<V>(float* values, nint channel)
        where V : struct, IVector<V> => V.Load(values + channel);
}

/// <summary>Images lie side by side: one value for all lanes.</summary>
internal readonly unsafe struct ImagesInLanes : IChannelLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V At<V>(float* values, nint channel)
        where V : struct, IVector<V> => V.Broadcast(values[channel]);
}
