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
/// Forward leaves s for <see cref="Backward"/>, which uses up that memory.
/// </summary>
internal static unsafe class LocalResponseNormalizationKernel
{
    /// <summary>
    /// Writes s into <paramref name="scale"/>, planes of the size of x, and then y, which must not take the place of x. Where no
    /// backward follows, y itself may be given for scale.
    /// </summary>
    public static void Forward<V>(Layout layout, int channels, Planes x, Planes y, Planes scale, in ResponseNormalization normalization)
        where V : struct, IVector<V>
    {
        Debug.Assert(Rows.SameSize(x, y) && Rows.SameSize(x, scale));
        if (normalization.Beta == 0.75f)
        {
            Walk<V, ForwardStep<ThreeQuarters>>(layout, channels, x, y, y, scale, normalization);
        }
        else
        {
            Walk<V, ForwardStep<AnyPower>>(layout, channels, x, y, y, scale, normalization);
        }
    }

    /// <summary>
    /// dx[i] = dy[i] / s[i]^beta - 2 alpha beta x[i] * (sum of dy y / s over the window of i). In place of s,
    /// <paramref name="scale"/> holds dy y / s afterwards. dx must not take the place of another.
    /// </summary>
    public static void Backward<V>(
        Layout layout,
        int channels,
        Planes x,
        Planes y,
        Planes dy,
        Planes dx,
        Planes scale,
        in ResponseNormalization normalization
    )
        where V : struct, IVector<V>
    {
        if (normalization.Beta == 0.75f)
        {
            Walk<V, QuotientStep<ThreeQuarters>>(layout, channels, y, dy, dx, scale, normalization);
        }
        else
        {
            Walk<V, QuotientStep<AnyPower>>(layout, channels, y, dy, dx, scale, normalization);
        }

        Walk<V, WindowStep>(layout, channels, x, dy, dx, scale, normalization);
    }

    /// <summary>Takes a step at every element; a, b, c and s are what the step reads and writes there.</summary>
    private static void Walk<V, TStep>(
        Layout layout,
        int channels,
        Planes a,
        Planes b,
        Planes c,
        Planes s,
        in ResponseNormalization normalization
    )
        where V : struct, IVector<V>
        where TStep : struct, IStep
    {
        for (int plane = 0; plane < a.Count; plane++)
        {
            for (int row = 0; row < a.Height; row++)
            {
                Elements elements = new(a.Row(plane, row), b.Row(plane, row), c.Row(plane, row), s.Row(plane, row));
                if (layout == Layout.Channels)
                {
                    for (int column = 0; column < a.Width; column++)
                    {
                        WalkPixel<V, TStep>(elements.Move((nint)column * channels), channels, normalization);
                    }
                }
                else
                {
                    Neighbours window = Neighbours.Of(plane % channels, channels, normalization.Reach, a.PlanePitch, s.PlanePitch);
                    for (nint i = 0; i < a.RowLength; i += V.Count)
                    {
                        TStep.Take<V>(elements.Move(i), window, normalization);
                    }
                }
            }
        }
    }

    // Near the first and the last channel the window differs from lane to lane: there the lanes go one by one.
    private static void WalkPixel<V, TStep>(Elements pixel, int channels, in ResponseNormalization normalization)
        where V : struct, IVector<V>
        where TStep : struct, IStep
    {
        int reach = normalization.Reach;
        int channel = 0;
        while (channel < channels)
        {
            if (channel >= reach && channel + V.Count - 1 + reach < channels)
            {
                TStep.Take<V>(pixel.Move(channel), new Neighbours(-reach, reach, 1, 1), normalization);
                channel += V.Count;
            }
            else
            {
                TStep.Take<F32x1>(pixel.Move(channel), Neighbours.Of(channel, channels, reach, 1, 1), normalization);
                channel++;
            }
        }
    }

    private interface IStep
    {
        static abstract void Take<V>(Elements at, Neighbours window, in ResponseNormalization normalization)
            where V : struct, IVector<V>;
    }

    private interface IPower
    {
        /// <summary>1 / s^beta.</summary>
        static abstract V Inverse<V>(V s, float beta)
            where V : struct, IVector<V>;
    }

    private readonly struct Elements(float* a, float* b, float* c, float* s)
    {
        public readonly float* A = a;
        public readonly float* B = b;
        public readonly float* C = c;
        public readonly float* S = s;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Elements Move(nint by) => new(A + by, B + by, C + by, S + by);
    }

    /// <summary>The channels of a window, relative to its own, and the floats from a channel to the next in a and in s.</summary>
    private readonly record struct Neighbours(int First, int Last, nint StepA, nint StepS)
    {
        public static Neighbours Of(int channel, int channels, int reach, nint stepA, nint stepS) =>
            new(-Math.Min(reach, channel), Math.Min(reach, channels - 1 - channel), stepA, stepS);
    }

    private readonly struct ThreeQuarters : IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Inverse<V>(V s, float beta)
            where V : struct, IVector<V>
        {
            V root = V.Sqrt(s);
            return V.Broadcast(1) / (root * V.Sqrt(root));
        }
    }

    private readonly struct AnyPower : IPower
    {
        public static V Inverse<V>(V s, float beta)
            where V : struct, IVector<V>
        {
            float* lanes = stackalloc float[V.Count];
            s.Store(lanes);
            for (int lane = 0; lane < V.Count; lane++)
            {
                lanes[lane] = MathF.Pow(lanes[lane], -beta);
            }

            return V.Load(lanes);
        }
    }

    // a = x, b = c = y.
    private readonly struct ForwardStep<TPower> : IStep
        where TPower : struct, IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Take<V>(Elements at, Neighbours window, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V sum = V.Broadcast(0);
            for (int d = window.First; d <= window.Last; d++)
            {
                V neighbour = V.Load(at.A + d * window.StepA);
                sum = V.MultiplyAdd(neighbour, neighbour, sum);
            }

            V s = V.MultiplyAdd(V.Broadcast(normalization.Alpha), sum, V.Broadcast(normalization.K));
            s.Store(at.S);
            (V.Load(at.A) * TPower.Inverse(s, normalization.Beta)).Store(at.C);
        }
    }

    // a = y, b = dy, c = dx: dx becomes dy / s^beta, and s becomes dy y / s.
    private readonly struct QuotientStep<TPower> : IStep
        where TPower : struct, IPower
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Take<V>(Elements at, Neighbours window, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V s = V.Load(at.S);
            V dy = V.Load(at.B);
            (dy * TPower.Inverse(s, normalization.Beta)).Store(at.C);
            (dy * V.Load(at.A) / s).Store(at.S);
        }
    }

    // a = x, c = dx, s = dy y / s.
    private readonly struct WindowStep : IStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Take<V>(Elements at, Neighbours window, in ResponseNormalization normalization)
            where V : struct, IVector<V>
        {
            V sum = V.Broadcast(0);
            for (int d = window.First; d <= window.Last; d++)
            {
                sum += V.Load(at.S + d * window.StepS);
            }

            V factor = V.Broadcast(-2 * normalization.Alpha * normalization.Beta) * V.Load(at.A);
            V.MultiplyAdd(factor, sum, V.Load(at.C)).Store(at.C);
        }
    }
}
