using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>
/// Reads blocks of rows, scores each on all cores, and then gives the rows out one by one. Where rows are work to read, several threads each
/// read and score a share of them ahead, so that reading, scoring and what the caller does with the scores overlap.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    // ML.NET hands rows out by the 128: where a thread has as many ahead, it need not wait until those of another are used up.
    private const int RowsAhead = 128;

    private readonly BoundModel bound;
    private readonly DataViewRowCursor[] inputs;
    private readonly bool[] active;
    private readonly BatchScorer[] scorers;
    private readonly ScoredBlock[] blocks;
    private readonly MergedRows<ScoredBlock> rows;
    private long position = -1;
    private bool isOnRow;
    private bool isDisposed;

    /// <param name="bound">The model and both schemas.</param>
    /// <param name="inputs">Cursors that share what is to be scored; disposed with this one.</param>
    /// <param name="active">For each output column whether it is asked for.</param>
    /// <param name="ahead">Whether each input is read on a thread of its own, ahead of the caller.</param>
    public BatchScoringCursor(BoundModel bound, DataViewRowCursor[] inputs, bool[] active, bool ahead)
    {
        (this.bound, this.inputs, this.active) = (bound, inputs, active);
        scorers = [.. inputs.Select(_ => bound.Scorers.Rent())];
        int blocksOfInput = ahead ? 1 + (RowsAhead + scorers[0].Capacity - 1) / scorers[0].Capacity : 1;
        blocks =
        [
            .. inputs.SelectMany(
                (input, i) => Enumerable.Range(0, blocksOfInput).Select(_ => new ScoredBlock(bound, input, scorers[i], active, CurrentRow))
            ),
        ];
        rows = new MergedRows<ScoredBlock>([.. blocks.Chunk(blocksOfInput).Select(Blocks(ahead))]);
    }

    public override DataViewSchema Schema => bound.OutputSchema;

    public override long Position => isOnRow ? position : -1;

    public override long Batch => isOnRow ? rows.Block.NumberOf(rows.Row) : -1;

    public override bool MoveNext()
    {
        isOnRow = !isDisposed && rows.MoveNext();
        position += isOnRow ? 1 : 0;
        return isOnRow;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) =>
        {
            int row = CurrentRow();
            id = rows.Block.IdOf(row);
        };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!active[column.Index])
        {
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when this cursor was opened.");
        }

        Dictionary<ScoredBlock, ValueGetter<TValue>> getters = blocks.ToDictionary(
            block => block,
            block => BoundModel.Typed<TValue>(block.Getter(column), column)
        );
        if (blocks.Length == 1)
        {
            return getters[blocks[0]];
        }

        return (ref TValue value) =>
        {
            _ = CurrentRow();
            getters[rows.Block](ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            isOnRow = false;
            rows.Dispose();
            foreach (BatchScorer scorer in scorers)
            {
                bound.Scorers.Return(scorer);
            }

            foreach (DataViewRowCursor input in inputs)
            {
                input.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static Func<ScoredBlock[], IBlocks<ScoredBlock>> Blocks(bool ahead)
    {
        FillBlock<ScoredBlock> fill = (block, stopping) => block.Fill(stopping);
        return ahead ? ring => new ReadAhead<ScoredBlock>(ring, fill, "Cnn scorer") : ring => new OnDemand<ScoredBlock>(ring[0], fill);
    }

    private int CurrentRow() => isOnRow ? rows.Row : throw new InvalidOperationException("The cursor stands on no row.");
}
