using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Batch normalization in pieces, so that a batch that is cut into slices is normalized as a whole: S. Ioffe, C. Szegedy,
/// "Batch normalization" (2015), section 3.
/// Forward: <see cref="Statistics"/> of each slice, merged in the order of slices; <see cref="Complete"/> and <see cref="MoveRunningStatistics"/> once;
/// <see cref="Forward"/> of each slice. Backward: <see cref="GradientSums"/> of each slice, added in the order of slices;
/// <see cref="CompleteGradients"/> once; <see cref="Backward"/> of each slice. An activation f behind it, a ReLU or none, costs no pass of its own: where it lets
/// gradients through is told from x again.
/// </summary>
internal static unsafe class BatchNormalizationKernel
{
    /// <summary>Mean and squared deviations of a slice, in memory of 2 * channels doubles. Only its images enter, not all lanes.</summary>
    public static ChannelMoments Statistics<V>(Layout layout, int channels, int images, Planes x, double* memory)
        where V : struct, IVector<V>
    {
        // Deviations are taken from the slice's first pixel. Being one of the values, it is not far from the mean as measured by
        // their deviation, however far both are from zero. With images in the lanes it is gathered here from the planes.
        ChannelMoments moments = new((long)images * x.Height * x.Width, channels, (nint)memory);
        new Span<double>(memory, 2 * channels).Clear();
        if (layout == Layout.Channels)
        {
            ChannelSums.Add<V, Deviations>(
                layout,
                channels,
                images,
                x,
                x,
                new ChannelTerms { Center = x.Data },
                moments.Mean,
                moments.Squares
            );
        }
        else
        {
            for (int c = 0; c < channels; c++)
            {
                AddChannel<V>(channels, c, images, x, moments);
            }
        }

        for (int c = 0; c < channels; c++)
        {
            float* first = layout == Layout.Channels ? x.Data + c : x.Row(c, 0);
            double mean = moments.Mean[c] / moments.Count;
            moments.Squares[c] = Math.Max(0, moments.Squares[c] - mean * moments.Mean[c]);
            moments.Mean[c] = *first + mean;
        }

        return moments;
    }

    /// <summary>
    /// From the moments of the whole batch, what <see cref="Forward"/> needs: <paramref name="mean"/>, <paramref name="inverse"/> = 1 / sqrt(variance + epsilon) and
    /// <paramref name="scale"/> = gamma * inverse. The variance is biased.
    /// </summary>
    public static void Complete(ChannelMoments batch, float epsilon, float* gamma, float* mean, float* inverse, float* scale)
    {
        for (int c = 0; c < batch.Channels; c++)
        {
            double variance = batch.Squares[c] / batch.Count;
            mean[c] = (float)batch.Mean[c];
            inverse[c] = (float)(1 / Math.Sqrt(variance + epsilon));
            scale[c] = gamma[c] * inverse[c];
        }
    }

    /// <summary>The running statistics, moved towards the moments of the whole batch by <paramref name="momentum"/>. The running variance is not biased.</summary>
    public static void MoveRunningStatistics(ChannelMoments batch, float momentum, float* runningMean, float* runningVariance)
    {
        for (int c = 0; c < batch.Channels; c++)
        {
            // Of a single value there is no unbiased variance: the running one takes the biased, which is zero.
            double unbiased = batch.Squares[c] / Math.Max(1, batch.Count - 1);
            runningMean[c] += momentum * (float)(batch.Mean[c] - runningMean[c]);
            runningVariance[c] += momentum * (float)(unbiased - runningVariance[c]);
        }
    }

    /// <summary>The scale and shift that do the same with the running statistics, for <see cref="ChannelAffine"/>.</summary>
    public static void Freeze(
        int channels,
        float epsilon,
        float* gamma,
        float* beta,
        float* runningMean,
        float* runningVariance,
        float* scale,
        float* shift
    )
    {
        for (int c = 0; c < channels; c++)
        {
            double factor = gamma[c] / Math.Sqrt((double)runningVariance[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(beta[c] - runningMean[c] * factor);
        }
    }

    /// <summary>y = f((x - mean) * scale + beta).</summary>
    /// <param name="terms"><see cref="ChannelTerms.Center"/> is the mean, <see cref="ChannelTerms.Bias"/> is beta.</param>
    public static void Forward<V, TActivation>(Layout layout, int channels, Planes x, Planes y, in ChannelTerms terms)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation => ChannelMap.Run<V, Normalize<TActivation>>(layout, channels, x, x, y, terms);

    /// <summary>Of a slice: sumDy += dy and sumDyX += dy * (x - mean), for each channel, with the dy that pass f.</summary>
    /// <param name="terms">As of <see cref="Forward"/>.</param>
    public static void GradientSums<V, TActivation>(
        Layout layout,
        int channels,
        int images,
        Planes x,
        Planes dy,
        in ChannelTerms terms,
        double* sumDy,
        double* sumDyX
    )
        where V : struct, IVector<V>
        where TActivation : struct, IActivation =>
        ChannelSums.Add<V, GradientTerms<TActivation>>(layout, channels, images, x, dy, terms, sumDy, sumDyX);

    /// <summary>
    /// From the sums over the whole batch: dgamma and dbeta, added to what is there, and the terms of <see cref="Backward"/>.
    /// </summary>
    public static void CompleteGradients(
        int channels,
        long count,
        double* sumDy,
        double* sumDyX,
        float* inverse,
        float* scale,
        float* dgamma,
        float* dbeta,
        float* slope,
        float* shift
    )
    {
        for (int c = 0; c < channels; c++)
        {
            double sumDyNormalized = sumDyX[c] * inverse[c];
            dgamma[c] += (float)sumDyNormalized;
            dbeta[c] += (float)sumDy[c];
            slope[c] = (float)(-scale[c] * inverse[c] * sumDyNormalized / count);
            shift[c] = (float)(-scale[c] * sumDy[c] / count);
        }
    }

    /// <summary>
    /// dx = dy * scale + (x - mean) * slope + shift, with the dy that pass f; it may take the place of dy. In lanes that hold no image dx is zero,
    /// so that no gradient of parameters before this layer sees them.
    /// </summary>
    /// <param name="terms">As of <see cref="Forward"/>, with slope and shift.</param>
    public static void Backward<V, TActivation>(
        Layout layout,
        int channels,
        int images,
        Planes x,
        Planes dy,
        Planes dx,
        in ChannelTerms terms
    )
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
    {
        ChannelMap.Run<V, Gradient<TActivation>>(layout, channels, x, dy, dx, terms);
        if (layout == Layout.Images)
        {
            DeadLanes.Clear(dx, channels, images);
        }
    }

    private static void AddChannel<V>(int channels, int channel, int images, Planes x, ChannelMoments moments)
        where V : struct, IVector<V>
    {
        // The planes of one channel, as planes of an image that has no other.
        Planes ofChannel = x with
        {
            Address = (nint)x.Row(channel, 0),
            Count = x.Count / channels,
            PlanePitch = x.PlanePitch * channels,
        };
        ChannelSums.Add<V, Deviations>(
            Layout.Images,
            1,
            images,
            ofChannel,
            ofChannel,
            new ChannelTerms { Center = ofChannel.Data },
            moments.Mean + channel,
            moments.Squares + channel
        );
    }

    /// <summary>The gradient of what an activation was applied to: x as normalized, where the activation is not the identity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Through<V, TActivation, TLanes>(V dy, V deviation, in ChannelTerms terms, nint channel)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
        where TLanes : struct, IChannelLanes =>
        typeof(TActivation) == typeof(IdentityFunction)
            ? dy
            : default(TActivation).Backward(Normalized<V, TActivation, TLanes>(deviation, terms, channel), dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Normalized<V, TActivation, TLanes>(V deviation, in ChannelTerms terms, nint channel)
        where V : struct, IVector<V>
        where TActivation : struct, IActivation
        where TLanes : struct, IChannelLanes =>
        default(TActivation).Forward(V.MultiplyAdd(deviation, TLanes.At<V>(terms.Scale, channel), TLanes.At<V>(terms.Bias, channel)));

    private readonly struct Deviations : IChannelTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V, TLanes>(ref V sum, ref V squares, float* x, float* unused, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes
        {
            V deviation = V.Load(x) - TLanes.At<V>(terms.Center, channel);
            sum += deviation;
            squares = V.MultiplyAdd(deviation, deviation, squares);
        }
    }

    private readonly struct GradientTerms<TActivation> : IChannelTerm
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V, TLanes>(ref V sumDy, ref V sumDyX, float* x, float* dy, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes
        {
            V deviation = V.Load(x) - TLanes.At<V>(terms.Center, channel);
            V gradient = Through<V, TActivation, TLanes>(V.Load(dy), deviation, terms, channel);
            sumDy += gradient;
            sumDyX = V.MultiplyAdd(gradient, deviation, sumDyX);
        }
    }

    private readonly struct Normalize<TActivation> : IChannelMap
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V, TLanes>(float* x, float* unused, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes =>
            Normalized<V, TActivation, TLanes>(V.Load(x) - TLanes.At<V>(terms.Center, channel), terms, channel);
    }

    private readonly struct Gradient<TActivation> : IChannelMap
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V, TLanes>(float* x, float* dy, in ChannelTerms terms, nint channel)
            where V : struct, IVector<V>
            where TLanes : struct, IChannelLanes
        {
            V deviation = V.Load(x) - TLanes.At<V>(terms.Center, channel);
            V common = V.MultiplyAdd(deviation, TLanes.At<V>(terms.Slope, channel), TLanes.At<V>(terms.Shift, channel));
            V gradient = Through<V, TActivation, TLanes>(V.Load(dy), deviation, terms, channel);
            return V.MultiplyAdd(gradient, TLanes.At<V>(terms.Scale, channel), common);
        }
    }
}
