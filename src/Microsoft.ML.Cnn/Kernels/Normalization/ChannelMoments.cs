namespace Microsoft.ML.Cnn.Kernels;

/// <summary>
/// Count, mean and sum of squared deviations for each channel of a part of a batch. Parts are merged without loss of digits:
/// T. Chan, G. Golub, R. LeVeque, "Algorithms for computing the sample variance" (1983), section 2.
/// </summary>
/// <param name="Count">Pixels of a channel.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Values">Address of the means, after which the sums of squares follow: 2 * channels doubles.</param>
internal readonly unsafe record struct ChannelMoments(long Count, int Channels, nint Values)
{
    public double* Mean => (double*)Values;

    public double* Squares => (double*)Values + Channels;

    /// <summary>These moments with another part's in them. The memory of this part is overwritten.</summary>
    public ChannelMoments Merge(ChannelMoments other)
    {
        long count = Count + other.Count;
        double share = (double)other.Count / count;
        for (int c = 0; c < Channels; c++)
        {
            double distance = other.Mean[c] - Mean[c];
            Mean[c] += distance * share;
            Squares[c] += other.Squares[c] + distance * distance * Count * share;
        }

        return this with
        {
            Count = count,
        };
    }
}
