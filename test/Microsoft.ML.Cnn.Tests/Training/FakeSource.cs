using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Training;

/// <summary>One example.</summary>
internal sealed record Example(float[] Pixels, int Label, float Weight = 1);

/// <summary>Examples from a list. It counts how often it is opened and closed, and what is done with the rows.</summary>
internal sealed class FakeSource(int pixelsPerRow, IReadOnlyList<Example> examples, bool canShuffle = false) : IExampleSource
{
    private int opened;
    private int closed;

    public IReadOnlyList<Example> Examples => examples;

    public int PixelsPerRow => pixelsPerRow;

    public int TargetsPerRow { get; init; }

    public bool CanShuffle => canShuffle;

    public int Opened => Volatile.Read(ref opened);

    public int Closed => Volatile.Read(ref closed);

    /// <summary>Called before each row with its number in the pass.</summary>
    public Action<int>? BeforeRow { get; init; }

    /// <summary>Rows of one pixel, which is their number; labels too.</summary>
    public static FakeSource Numbered(int count, bool canShuffle = false) =>
        new(1, [.. Enumerable.Range(0, count).Select(number => new Example([number], number))], canShuffle);

    public IExampleReader Open(int? shuffleSeed, Func<uint, bool>? isWanted = null)
    {
        Interlocked.Increment(ref opened);
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        if (shuffleSeed is int seed)
        {
            Assert.True(canShuffle, "A source that cannot shuffle was asked to.");
            new Random(seed).Shuffle(order);
        }

        return new Reader(this, isWanted is null ? order : [.. order.Where(row => isWanted((uint)row))]);
    }

    private sealed class Reader(FakeSource source, int[] order) : IExampleReader
    {
        private int next;
        private bool ended;

        public uint RowKey => RowKeys.Of((ulong)order[next - 1], 0);

        public bool Read(Span<float> pixels, out int label, out float weight)
        {
            Assert.False(ended, "A reader was read beyond its end.");
            source.BeforeRow?.Invoke(next);
            if (next == order.Length)
            {
                ended = true;
                (label, weight) = (0, 0);
                return false;
            }

            Example example = source.Examples[order[next++]];
            example.Pixels.CopyTo(pixels);
            (label, weight) = (example.Label, example.Weight);
            return true;
        }

        public void Dispose() => Interlocked.Increment(ref source.closed);
    }
}
