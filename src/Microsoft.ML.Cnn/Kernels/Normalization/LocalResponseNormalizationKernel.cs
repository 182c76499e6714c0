using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>The constants of local response normalization as published: alpha is not divided by the size.</summary>
internal readonly record struct ResponseNormalization(int Size, float K, float Alpha, float Beta)
{
    /// <summary>Channels of the window on either side of its own.</summary>
    public int Reach => Size / 2;
}

/// <summary>
/// Local response normalization across channels: b = a / s^beta with s = k + alpha * (sum of a^2 over the channels from
/// i - size / 2 to i + size / 2): A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional
/// neural networks" (2012), section 3.3.
/// Some pixels at a time go through two steps: what is to be summed is written between zeros, and then its sums are taken from there.
/// </summary>
internal static unsafe class LocalResponseNormalizationKernel
{
    /// <summary>Floats of workspace, aligned to a vector, that both passes need.</summary>
    public static long ScratchLength<V>(Layout layout, int channels, in ResponseNormalization normalization)
        where V : struct, IVector<V> =>
        IsNarrow<V>(layout, channels)
            ? ScratchLength<F32x1>(layout, channels, normalization)
            : 2 * new ChannelWindows<V>(layout, channels, normalization.Reach).Length;

    /// <summary>
    /// Writes y and, into <paramref name="kept"/>, planes of the size of x, what <see cref="Backward"/> needs of s. y must not take the place
    /// of x. Where no backward follows, y itself may be given for kept.
    /// </summary>
    public static void Forward<V>(
        Layout layout,
        int channels,
        Planes x,
        Planes y,
        Planes kept,
        in ResponseNormalization normalization,
        float* scratch
    )
        where V : struct, IVector<V>
    {
        if (normalization.Beta == 0.75f)
        {
            Walk<V, Forwards<ThreeQuarters>>(layout, channels, x, x, kept, y, normalization, scratch);
        }
        else
        {
            Walk<V, Forwards<AnyPower>>(layout, channels, x, x, kept, y, normalization, scratch);
        }
    }

    /// <summary>
    /// dx[i] = dy[i] / s[i]^beta - 2 alpha beta x[i] * (sum of dy y / s over the window of i). dx must not take the place of another.
    /// </summary>
    public static void Backward<V>(
        Layout layout,
        int channels,
        Planes x,
        Planes dy,
        Planes dx,
        Planes kept,
        in ResponseNormalization normalization,
        float* scratch
    )
        where V : struct, IVector<V>
    {
        if (normalization.Beta == 0.75f)
        {
            Walk<V, Backwards<ThreeQuarters>>(layout, channels, x, dy, kept, dx, normalization, scratch);
        }
        else
        {
            Walk<V, Backwards<AnyPower>>(layout, channels, x, dy, kept, dx, normalization, scratch);
        }
    }

    // With channels in the lanes a pixel may be less than a vector.
    private static bool IsNarrow<V>(Layout layout, int channels)
        where V : struct, IVector<V> => layout == Layout.Channels && channels < V.Count;

    /// <summary>Takes both steps at every element. <paramref name="target"/> is what is made.</summary>
    private static void Walk<V, TSteps>(
        Layout layout,
        int channels,
        Planes x,
        Planes dy,
        Planes kept,
        Planes target,
        in ResponseNormalization normalization,
        float* scratch
    )
        where V : struct, IVector<V>
        where TSteps : struct, ISteps
    {
        Debug.Assert(Rows.SameSize(x, dy) && Rows.SameSize(x, kept) && Rows.SameSize(x, target));
        if (IsNarrow<V>(layout, channels))
        {
            Walk<F32x1, TSteps>(layout, channels, x, dy, kept, target, normalization, scratch);
            return;
        }

        ChannelWindows<V> windows = new(layout, channels, normalization.Reach);
        windows.Clear(scratch);
        (int planes, int pixels) = layout == Layout.Images ? (channels, x.RowLength / V.Count) : (1, x.Width);
        for (int plane = 0; plane < x.Count; plane += planes)
        {
            for (int row = 0; row < x.Height; row++)
            {
                for (int first = 0; first < pixels; first += windows.Pixels)
                {
                    int count = Math.Min(windows.Pixels, pixels - first);
                    Run<V, TSteps>(
                        windows,
                        count,
                        ChannelVectors<V>.At(layout, channels, x, plane, row, first),
                        ChannelVectors<V>.At(layout, channels, dy, plane, row, first),
                        ChannelVectors<V>.At(layout, channels, kept, plane, row, first),
                        ChannelVectors<V>.At(layout, channels, target, plane, row, first),
                        normalization,
                        scratch
                    );
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<V, TSteps>(
        ChannelWindows<V> windows,
        int pixels,
        ChannelVectors<V> x,
        ChannelVectors<V> dy,
        ChannelVectors<V> kept,
        ChannelVectors<V> target,
        in ResponseNormalization normalization,
        float* scratch
    )
        where V : struct, IVector<V>
        where TSteps : struct, ISteps
    {
        float* terms = scratch + windows.Length;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int vector = 0; vector < windows.Vectors; vector++)
            {
                nint at = windows.Offset(pixel, vector);
                TSteps.Summand<V>(x[pixel, vector], dy[pixel, vector], kept[pixel, vector], terms + at, normalization).Store(scratch + at);
            }
        }

        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int vector = 0; vector < windows.Vectors; vector++)
            {
                nint at = windows.Offset(pixel, vector);
                V sum = windows.Sum(scratch + at);
                TSteps.Finish(sum, x[pixel, vector], kept[pixel, vector], terms + at, target[pixel, vector], normalization);
            }
        }
    }

    private interface ISteps
    {
        /// <summary>What is summed over windows; <paramref name="term"/> keeps what <see cref="Finish"/> shall not compute again.</summary>
        static abstract V Summand<V>(float* x, float* dy, float* kept, float* term, in ResponseNormalization normalization)
            where V : struct, IVector<V>;

        static abstract void Finish<V>(V sum, float* x, float* kept, float* term, float* target, in ResponseNormalization normalization)
            where V : struct, IVector<V>;
    }

    /// <summary>Powers of s, from what is kept of it.</summary>
    private interface IPower
    {
        static abstract V Keep<V>(V s)
            where V : struct, IVector<V>;

        /// <summary>1 / s^beta.</summary>
        static abstract V Inverse<V>(V kept, float beta)
            where V : struct, IVector<V>;

        /// <summary>1 / s.</summary>
        static abstract V Reciprocal<V>(V kept)
            where V : struct, IVector<V>;
    }

    // Keeps s^-1/4: the way back needs neither root nor quotient.
    private readonly struct ThreeQuarters : IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Keep<V>(V s)
            where V : struct, IVector<V> => V.Broadcast(1) / V.Sqrt(V.Sqrt(s));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Inverse<V>(V kept, float beta)
            where V : struct, IVector<V> => kept * kept * kept;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Reciprocal<V>(V kept)
            where V : struct, IVector<V>
        {
            V square = kept * kept;
            return square * square;
        }
    }

    private readonly struct AnyPower : IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Keep<V>(V s)
            where V : struct, IVector<V> => s;

        public static V Inverse<V>(V kept, float beta)
            where V : struct, IVector<V>
        {
            float* lanes = stackalloc float[V.Count];
            kept.Store(lanes);
            for (int lane = 0; lane < V.Count; lane++)
            {
                lanes[lane] = MathF.Pow(lanes[lane], -beta);
            }

            return V.Load(lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Reciprocal<V>(V kept)
            where V : struct, IVector<V> => V.Broadcast(1) / kept;
    }

    private readonly struct Forwards<TPower> : ISteps
        where TPower : struct, IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Summand<V>(float* x, float* dy, float* kept, float* term, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V value = V.Load(x);
            return value * value;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Finish<V>(V sum, float* x, float* kept, float* term, float* target, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V s = V.MultiplyAdd(V.Broadcast(normalization.Alpha), sum, V.Broadcast(normalization.K));
            V keep = TPower.Keep(s);
            keep.Store(kept);
            (V.Load(x) * TPower.Inverse(keep, normalization.Beta)).Store(target);
        }
    }

    // The term is dy / s^beta, the summand dy y / s.
    private readonly struct Backwards<TPower> : ISteps
        where TPower : struct, IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Summand<V>(float* x, float* dy, float* kept, float* term, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V keep = V.Load(kept);
            V quotient = V.Load(dy) * TPower.Inverse(keep, normalization.Beta);
            quotient.Store(term);
            return quotient * V.Load(x) * TPower.Reciprocal(keep);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Finish<V>(V sum, float* x, float* kept, float* term, float* target, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V factor = V.Broadcast(-2 * normalization.Alpha * normalization.Beta) * V.Load(x);
            V.MultiplyAdd(factor, sum, V.Load(term)).Store(target);
        }
    }
}
