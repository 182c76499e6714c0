using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>
/// Some rows of an input, scored, with all that they carry: batch, identity and every active column of the input travel with their row.
/// </summary>
internal sealed class ScoredBlock : IRowBlock
{
    private readonly BoundModel bound;
    private readonly DataViewRowCursor input;
    private readonly BatchScorer scorer;
    private readonly ColumnBuffer?[] passed;
    private readonly PixelReader pixels;
    private readonly ValueGetter<DataViewRowId> readId;
    private readonly long[] batches;
    private readonly DataViewRowId[] ids;
    private readonly float[] scores;

    /// <param name="bound">The model and both schemas.</param>
    /// <param name="input">Where rows come from.</param>
    /// <param name="scorer">Used while the block is filled; blocks that are filled in turn may share it.</param>
    /// <param name="active">For each output column whether it is asked for.</param>
    /// <param name="currentRow">The row of this block whose values getters give.</param>
    public ScoredBlock(BoundModel bound, DataViewRowCursor input, BatchScorer scorer, bool[] active, Func<int> currentRow)
    {
        (this.bound, this.input, this.scorer) = (bound, input, scorer);
        passed =
        [
            .. bound.InputSchema.Select(column =>
                active[column.Index] ? ColumnBuffer.Create(input, input.Schema[column.Index], scorer.Capacity) : null
            ),
        ];
        pixels = PixelReader.Create(input, input.Schema[bound.Feature.Index], passed[bound.Feature.Index]);
        readId = input.GetIdGetter();
        batches = new long[scorer.Capacity];
        ids = new DataViewRowId[scorer.Capacity];
        scores = new float[scorer.Capacity * bound.Model.OutputLength];
        CurrentRow = currentRow;
    }

    public int Count { get; private set; }

    private Func<int> CurrentRow { get; }

    public long NumberOf(int row) => batches[row];

    public DataViewRowId IdOf(int row) => ids[row];

    /// <summary>A getter of the values that a column has in this block.</summary>
    public Delegate Getter(DataViewSchema.Column column) =>
        passed.ElementAtOrDefault(column.Index)?.Getter(CurrentRow) ?? bound.ScoreGetter(column, CurrentScores);

    /// <summary>Reads rows and scores them.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Fill(CancellationToken stopping)
    {
        Count = 0;
        for (; Count < scorer.Capacity && !stopping.IsCancellationRequested && input.MoveNext(); Count++)
        {
            foreach (ColumnBuffer? column in passed)
            {
                column?.Read(Count);
            }

            pixels.Read(Count, scorer.Pixels(Count));
            batches[Count] = input.Batch;
            readId(ref ids[Count]);
        }

        if (Count > 0)
        {
            scorer.Score(Count, scores.AsSpan(0, Count * bound.Model.OutputLength));
        }

        return Count > 0;
    }

    private ReadOnlySpan<float> CurrentScores() => scores.AsSpan(CurrentRow() * bound.Model.OutputLength, bound.Model.OutputLength);
}
