using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A cursor that no score is asked of: the input's own, under the output's schema.</summary>
internal sealed class UnscoredCursor(BoundModel bound, DataViewRowCursor input, bool[] active) : DataViewRowCursor
{
    private bool isDisposed;

    public override DataViewSchema Schema => bound.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        active[column.Index]
            ? input.GetGetter<TValue>(input.Schema[column.Index])
            : throw new InvalidOperationException($"Column '{column.Name}' was not asked for when this cursor was opened.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
