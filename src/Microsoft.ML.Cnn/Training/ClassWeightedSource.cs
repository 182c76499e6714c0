namespace Microsoft.ML.Cnn.Training;

/// <summary>The examples of a source, each weight multiplied by that of the example's class.</summary>
/// <param name="source">Where examples come from.</param>
/// <param name="weights">One for each class, above 0.</param>
internal sealed class ClassWeightedSource(IExampleSource source, float[] weights) : IExampleSource
{
    public int PixelsPerRow => source.PixelsPerRow;

    public int TargetsPerRow => source.TargetsPerRow;

    public bool CanShuffle => source.CanShuffle;

    public IExampleReader Open(int? shuffleSeed, Func<uint, bool>? isWanted = null) =>
        new Reader(source.Open(shuffleSeed, isWanted), weights);

    private sealed class Reader(IExampleReader reader, float[] weights) : IExampleReader
    {
        public uint RowKey => reader.RowKey;

        public bool Read(Span<float> row, out int label, out float weight)
        {
            bool isRead = reader.Read(row, out label, out weight);
            weight *= isRead ? weights[label] : 1;
            return isRead;
        }

        public void Dispose() => reader.Dispose();
    }
}
