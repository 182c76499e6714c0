using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// y = x * w + bias by <see cref="ShallowWinograd{V}"/>: the products of a tile and three filters are summed up and made outputs without leaving
/// the registers.
/// </summary>
internal sealed unsafe class ShallowForward<V>(ShallowWinograd<V> sizes)
    where V : struct, IVector<V>
{
    private const int Points = ShallowWinograd<V>.Points;

    /// <summary>All images of one group of lanes.</summary>
    /// <param name="x">With a halo of zeros as far as windows reach.</param>
    /// <param name="filters">At the points.</param>
    /// <param name="laneBias">A vector an output channel.</param>
    /// <param name="inputs">Room for <see cref="ShallowWinograd{V}.InputLength"/> floats, aligned.</param>
    public void Run(Planes x, Planes y, int laneGroup, float* filters, float* laneBias, bool rectify, float* inputs)
    {
        int kernel = sizes.Geometry.Rows.Kernel;
        V floor = V.Broadcast(rectify ? 0 : float.NegativeInfinity);
        for (int row = 0, ready = 0; row < y.Height; row++)
        {
            for (; ready < row + kernel; ready++)
            {
                sizes.TransformRow(x, laneGroup, ready, inputs);
            }

            for (int group = 0; group < sizes.FilterGroups; group++)
            {
                int filter = sizes.FirstFilter(group);
                RunRow(
                    inputs + row * sizes.RowPitch,
                    filters + group * sizes.GroupLength,
                    laneBias + (nint)filter * V.Count,
                    floor,
                    y.Row(laneGroup * sizes.Geometry.OutputChannels + filter, row),
                    y.PlanePitch
                );
            }
        }
    }

    /// <summary>A row of outputs of a group of filters.</summary>
    // Not inlined: profile-guided as a part of the rows' loop it would lack registers, at half of its speed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RunRow(float* points, float* filters, float* laneBias, V floor, float* y, nint planePitch)
    {
        int outputs = sizes.Along.Outputs;
        nint channelPitch = sizes.ChannelPitch;
        int depth = sizes.Depth;
        for (int left = sizes.Geometry.Columns.Output; left > 0; left -= outputs)
        {
            PointSums<V> sums = default;
            float* x = points;
            float* weights = filters;
            for (int i = depth; i > 0; i--)
            {
                sums.Add(x, weights);
                x += channelPitch;
                weights += Points * PointSums<V>.Filters;
            }

            sums.Store(laneBias, floor, y, planePitch, outputs, Math.Min(outputs, left));
            points += Points * V.Count;
            y += outputs * V.Count;
        }
    }
}
