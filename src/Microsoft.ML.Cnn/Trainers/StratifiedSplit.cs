using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>
/// Sets a share of each class aside, the same rows in whatever order they come. A row's place follows from a hash of its identity: hashes
/// of a class fall into 1,024 bins, and the rows of its first bins are held out. How many bins that takes is learned in one pass over labels and
/// identities, in memory that does not grow with the rows.
/// </summary>
internal sealed class StratifiedSplit
{
    private readonly RowBins bins;
    private readonly Dictionary<int, int> binsHeldOut = [];

    private StratifiedSplit(RowBins bins) => this.bins = bins;

    /// <summary>The rows to train on.</summary>
    public SplitPart Training { get; private set; } = null!;

    /// <summary>The rows to measure with.</summary>
    public SplitPart HeldOut { get; private set; } = null!;

    /// <param name="view">All rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="fraction">The share to be held out, from above 0 to below 1.</param>
    /// <param name="seed">Another seed holds out other rows.</param>
    /// <param name="throwIfCanceled">Called once a row.</param>
    /// <exception cref="InvalidOperationException">No row would be held out, or none would be left.</exception>
    public static StratifiedSplit Measure(IDataView view, ExampleColumns columns, float fraction, int seed, Action throwIfCanceled)
    {
        StratifiedSplit split = new(new RowBins(RandomBits.Key((uint)seed, RandomBits.Key("validation"))));
        BinHistograms histograms = new(split.bins);
        using LabelledRows rows = LabelledRows.WithoutPixels(view, columns);
        while (rows.MoveNext())
        {
            throwIfCanceled();
            histograms.Count(rows.Label, rows.Id);
        }

        split.Divide(histograms.Counts, fraction);
        return split;
    }

    /// <summary>Whether a row is among those to measure with.</summary>
    public bool IsHeldOut(int label, DataViewRowId id) => bins.Of(id) < binsHeldOut.GetValueOrDefault(label);

    private void Divide(IReadOnlyDictionary<int, int[]> histograms, float fraction)
    {
        long all = 0;
        long heldOut = 0;
        foreach ((int label, int[] histogram) in histograms)
        {
            long rows = histogram.Sum(bin => (long)bin);
            long wanted = Math.Min(rows - 1, (long)Math.Round(rows * (double)fraction));
            long taken = 0;
            int first = 0;
            while (first < histogram.Length && taken + histogram[first] <= wanted)
            {
                taken += histogram[first++];
            }

            binsHeldOut.Add(label, first);
            all += rows;
            heldOut += taken;
        }

        if (heldOut == 0 && all > 0)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"ValidationSetFraction {fraction} of {all} rows in {histograms.Count} classes holds out no row. What would work: a greater fraction, or a ValidationSet. (Data whose rows share one identity cannot be divided either.)"
                )
            );
        }

        Training = new SplitPart(this, isHeldOut: false, all - heldOut);
        HeldOut = new SplitPart(this, isHeldOut: true, heldOut);
    }
}

/// <summary>One side of a split.</summary>
internal sealed class SplitPart(StratifiedSplit split, bool isHeldOut, long rows)
{
    /// <summary>How many rows are on this side.</summary>
    public long Rows => rows;

    public bool Contains(int label, DataViewRowId id) => split.IsHeldOut(label, id) == isHeldOut;

    /// <summary>Begins to count the rows that a pass meets.</summary>
    /// <param name="shares">How many share the pass.</param>
    public SplitCount Begin(int shares) => new(this, shares);

    /// <summary>Checks that a pass met as many rows as the first one: where identities change from pass to pass, sides would leak into each other.</summary>
    /// <exception cref="InvalidOperationException">It met more or fewer.</exception>
    public void CheckCount(long met)
    {
        if (met != rows)
        {
            throw new InvalidOperationException(
                $"ValidationSetFraction needs rows that keep their identity: a first pass counted {rows} {(isHeldOut ? "validation" : "training")} rows, another {met}. "
                    + "What would work: a ValidationSet, or AppendCacheCheckpoint before the trainer."
            );
        }
    }
}

/// <summary>The rows of a side that a pass has met, by all who share it.</summary>
internal sealed class SplitCount(SplitPart part, int shares)
{
    private long met;
    private int running = shares;

    /// <summary>Whether a row is on the side; it is counted then.</summary>
    public bool Meet(int label, DataViewRowId id)
    {
        bool isMet = part.Contains(label, id);
        if (isMet)
        {
            Interlocked.Increment(ref met);
        }

        return isMet;
    }

    /// <summary>To be called by each who shares the pass at the end of its share; the last one's call checks the count.</summary>
    /// <exception cref="InvalidOperationException">The rows of the side are not those of the first pass.</exception>
    public void End()
    {
        if (Interlocked.Decrement(ref running) == 0)
        {
            part.CheckCount(Interlocked.Read(ref met));
        }
    }
}
