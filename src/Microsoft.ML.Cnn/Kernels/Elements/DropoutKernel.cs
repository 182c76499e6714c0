using System.Diagnostics;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Where a dropout's random numbers come from. Each is the hash of the key and of a counter that stands for (image, element),
/// so that it depends on neither slices nor threads, and backward finds the same ones again without a stored mask.
/// With channels in the lanes the counter is <c>image * elements + element</c>, elements being counted
/// <c>[row, column, channel]</c>; with images in the lanes it is <c>element * batch + image</c>, counted
/// <c>[channel, row, column]</c>.
/// </summary>
/// <param name="Key">Of the layer and the step.</param>
/// <param name="FirstImage">Index in the batch of the slice's first image.</param>
/// <param name="Batch">A number of images that no batch exceeds, the same for all slices of a batch.</param>
internal readonly record struct DropoutNumbers(uint Key, uint FirstImage, uint Batch);

/// <summary>
/// Sets elements to zero with probability <c>rate</c> in [0, 1) and scales the others by 1 / (1 - rate): N. Srivastava et al.,
/// "Dropout: a simple way to prevent neural networks from overfitting" (2014), the scaling done in training.
/// </summary>
internal static unsafe class DropoutKernel
{
    /// <summary>Forward from x to y, and backward from dy to dx; in place too.</summary>
    public static void Apply<V>(Layout layout, int channels, Planes x, Planes y, float rate, DropoutNumbers numbers)
        where V : struct, IVector<V>
    {
        Debug.Assert(Rows.SameSize(x, y) && rate is >= 0 and < 1);
        for (int plane = 0; plane < x.Count; plane++)
        {
            for (int row = 0; row < x.Height; row++)
            {
                if (layout == Layout.Channels)
                {
                    uint image = numbers.FirstImage + (uint)plane;
                    uint first = unchecked((image * (uint)x.Height + (uint)row) * (uint)x.RowLength);
                    int whole = x.RowLength - x.RowLength % V.Count;
                    Row<V>(x.Row(plane, row), y.Row(plane, row), 0, whole, rate, numbers.Key, first, (uint)V.Count);
                    Row<F32x1>(x.Row(plane, row), y.Row(plane, row), whole, x.RowLength, rate, numbers.Key, first + (uint)whole, 1);
                }
                else
                {
                    uint image = numbers.FirstImage + (uint)(plane / channels * V.Count);
                    uint element = (uint)((plane % channels * x.Height + row) * x.Width);
                    uint first = unchecked(element * numbers.Batch + image);
                    Row<V>(x.Row(plane, row), y.Row(plane, row), 0, x.RowLength, rate, numbers.Key, first, numbers.Batch);
                }
            }
        }
    }

    private static void Row<V>(float* x, float* y, int from, int to, float rate, uint key, uint counter, uint step)
        where V : struct, IVector<V>
    {
        V threshold = V.Broadcast(rate);
        V scale = V.Broadcast(1 / (1 - rate));
        for (nint i = from; i < to; i += V.Count)
        {
            V kept = V.Load(x + i) * scale;
            V.SelectGreater(threshold, V.Uniform(key, counter), V.Broadcast(0), kept).Store(y + i);
            counter = unchecked(counter + step);
        }
    }
}
