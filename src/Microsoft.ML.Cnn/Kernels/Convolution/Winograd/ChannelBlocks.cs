namespace Microsoft.ML.Cnn.Kernels.Convolution.Winograd;

/// <summary>The channels of a pixel in blocks of one vector; each group begins a new one.</summary>
internal readonly record struct ChannelBlocks(int Groups, int GroupChannels, int Lanes)
{
    /// <summary>Blocks of a group.</summary>
    public int PerGroup => (GroupChannels + Lanes - 1) / Lanes;

    public int Count => Groups * PerGroup;

    /// <summary>The first channel of a block.</summary>
    public int Channel(int block) => block / PerGroup * GroupChannels + block % PerGroup * Lanes;

    /// <summary>Channels of a block: all lanes but in the last of a group.</summary>
    public int ChannelsOf(int block) => Math.Min(Lanes, GroupChannels - block % PerGroup * Lanes);
}
