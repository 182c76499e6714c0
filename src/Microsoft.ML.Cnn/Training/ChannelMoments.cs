using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Cnn.Training;

/// <summary>
/// Mean and variance of each channel over many images, in double precision. Each image's own moments, taken around the mean so far, are
/// merged into the total: Chan, Golub and LeVeque 1983, "Algorithms for Computing the Sample Variance". Always four lanes wide, so that all
/// machines agree on every bit.
/// </summary>
internal sealed class ChannelMoments(int channels, PixelOrder order)
{
    private readonly double[] means = new double[channels];
    private readonly double[] squares = new double[channels];
    private readonly double[] shift = new double[channels * Lanes];
    private readonly double[] sum = new double[channels * Lanes];
    private readonly double[] sumOfSquares = new double[channels * Lanes];
    private long count;

    private static int Lanes => Vector256<double>.Count;

    public ImmutableArray<double> Means => [.. means];

    /// <summary>Divided by the number of pixels, not by one less.</summary>
    public ImmutableArray<double> Deviations => [.. squares.Select(square => Math.Sqrt(square / count))];

    /// <summary>Adds an image.</summary>
    public void Add(ReadOnlySpan<float> pixels)
    {
        int channelLength = pixels.Length / channels;
        if (order == PixelOrder.Interleaved)
        {
            Add(pixels, firstChannel: 0, period: channels);
        }
        else
        {
            for (int channel = 0; channel < channels; channel++)
            {
                Add(pixels.Slice(channel * channelLength, channelLength), channel, period: 1);
            }
        }

        count += channelLength;
    }

    private void Add(ReadOnlySpan<float> pixels, int firstChannel, int period)
    {
        // Element j of the accumulators stands for the channel j % period; a block of them covers as many pixels as a vector has lanes.
        int block = Lanes * period;
        for (int j = 0; j < block; j++)
        {
            shift[j] = count == 0 ? pixels[j % period] : means[firstChannel + j % period];
        }

        Accumulate(pixels, period, block);
        int length = pixels.Length / period;
        for (int j = 0; j < period; j++)
        {
            Merge(firstChannel + j, j, period, length);
        }
    }

    private void Accumulate(ReadOnlySpan<float> pixels, int period, int block)
    {
        ref float source = ref MemoryMarshal.GetReference(pixels);
        int whole = pixels.Length - pixels.Length % block;
        for (int j = 0; j < block; j += Lanes)
        {
            // Four channels or pixels of a block, in registers from the first block to the last.
            Vector256<double> center = Vector256.LoadUnsafe(ref shift[j]);
            Vector256<double> total = Vector256<double>.Zero;
            Vector256<double> totalOfSquares = Vector256<double>.Zero;
            for (int at = j; at < whole; at += block)
            {
                Vector128<float> pixel = Vector128.LoadUnsafe(ref source, (nuint)at);
                Vector256<double> difference = Vector256.Create(Vector128.WidenLower(pixel), Vector128.WidenUpper(pixel)) - center;
                total += difference;
                totalOfSquares += difference * difference;
            }

            total.StoreUnsafe(ref sum[j]);
            totalOfSquares.StoreUnsafe(ref sumOfSquares[j]);
        }

        for (int i = whole; i < pixels.Length; i++)
        {
            double difference = pixels[i] - shift[i % period];
            sum[i % period] += difference;
            sumOfSquares[i % period] += difference * difference;
        }
    }

    private void Merge(int channel, int first, int period, int length)
    {
        double total = 0;
        double totalOfSquares = 0;
        for (int j = first; j < Lanes * period; j += period)
        {
            total += sum[j];
            totalOfSquares += sumOfSquares[j];
        }

        double delta = shift[first] + total / length - means[channel];
        double share = (double)length / (count + length);
        means[channel] += delta * share;
        squares[channel] += Math.Max(0, totalOfSquares - total * total / length) + delta * delta * count * share;
    }
}
