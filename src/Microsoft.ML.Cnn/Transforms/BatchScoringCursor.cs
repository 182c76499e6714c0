using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>
/// Reads a batch of rows, scores it on all cores, and then gives the rows out one by one with all that they carry: position, identity and
/// every active column of the input travel with their row.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    private readonly BoundModel bound;
    private readonly DataViewRowCursor input;
    private readonly bool[] active;
    private readonly BatchScorer scorer;
    private readonly ColumnBuffer?[] passed;
    private readonly ValueGetter<VBuffer<float>> readPixels;
    private readonly ValueGetter<DataViewRowId> readId;
    private readonly long[] positions;
    private readonly long[] batches;
    private readonly DataViewRowId[] ids;
    private VBuffer<float> pixels;
    private int row = -1;
    private int rows;
    private bool isAtEnd;
    private bool isDisposed;

    /// <param name="bound">The model and both schemas.</param>
    /// <param name="input">A cursor over what is to be scored; disposed with this one.</param>
    /// <param name="active">For each output column whether it is asked for.</param>
    public BatchScoringCursor(BoundModel bound, DataViewRowCursor input, bool[] active)
    {
        (this.bound, this.input, this.active) = (bound, input, active);
        scorer = bound.Scorers.Rent();
        passed =
        [
            .. bound.InputSchema.Select(column =>
                active[column.Index] ? ColumnBuffer.Create(input, input.Schema[column.Index], scorer.Capacity) : null
            ),
        ];
        readPixels = input.GetGetter<VBuffer<float>>(input.Schema[bound.Feature.Index]);
        readId = input.GetIdGetter();
        positions = new long[scorer.Capacity];
        batches = new long[scorer.Capacity];
        ids = new DataViewRowId[scorer.Capacity];
    }

    public override DataViewSchema Schema => bound.OutputSchema;

    public override long Position => row < 0 ? -1 : positions[row];

    public override long Batch => row < 0 ? -1 : batches[row];

    public override bool MoveNext()
    {
        if (isAtEnd || isDisposed)
        {
            return false;
        }

        if (++row >= rows)
        {
            row = -1;
            rows = ReadBatch();
            isAtEnd = rows == 0;
            row = isAtEnd ? -1 : 0;
        }

        return !isAtEnd;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = ids[CurrentRow()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!active[column.Index])
        {
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when this cursor was opened.");
        }

        Delegate getter =
            passed.ElementAtOrDefault(column.Index)?.Getter(CurrentRow) ?? bound.ScoreGetter(column, () => scorer.Scores(CurrentRow()));
        return BoundModel.Typed<TValue>(getter, column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            row = -1;
            bound.Scorers.Return(scorer);
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadBatch()
    {
        int count = 0;
        VectorBuffer<float>? passedPixels = passed[bound.Feature.Index] as VectorBuffer<float>;
        for (; count < scorer.Capacity && input.MoveNext(); count++)
        {
            foreach (ColumnBuffer? column in passed)
            {
                column?.Read(count);
            }

            if (passedPixels is null)
            {
                readPixels(ref pixels);
                bound.CopyPixels(in pixels, scorer.Pixels(count));
            }
            else
            {
                bound.CopyPixels(in passedPixels[count], scorer.Pixels(count));
            }

            positions[count] = input.Position;
            batches[count] = input.Batch;
            readId(ref ids[count]);
        }

        if (count > 0)
        {
            scorer.Score(count);
        }

        return count;
    }

    private int CurrentRow() => row >= 0 ? row : throw new InvalidOperationException("The cursor stands on no row.");
}
