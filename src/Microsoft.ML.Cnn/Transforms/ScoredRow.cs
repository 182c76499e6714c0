using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>One row with its scores, computed on the caller's thread when they are first asked for: what a PredictionEngine uses.</summary>
internal sealed class ScoredRow : DataViewRow
{
    private readonly BoundModel bound;
    private readonly DataViewRow input;
    private readonly bool[] active;
    private readonly float[] pixels;
    private readonly float[] scores;
    private readonly PixelReader? reader;
    private long scored = -1;
    private bool isDisposed;

    public ScoredRow(BoundModel bound, DataViewRow input, bool[] active)
    {
        (this.bound, this.input, this.active) = (bound, input, active);
        pixels = new float[bound.Model.InputShape.Length];
        scores = new float[bound.Model.OutputLength];
        if (bound.OutputSchema.Any(column => bound.IsScore(column) && active[column.Index]))
        {
            reader = PixelReader.Create(input, input.Schema[bound.Feature.Index]);
        }
    }

    public override DataViewSchema Schema => bound.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        bound.IsScore(column) ? active[column.Index] : input.IsColumnActive(input.Schema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!bound.IsScore(column))
        {
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        }

        return active[column.Index]
            ? BoundModel.Typed<TValue>(bound.ScoreGetter(column, Scores), column)
            : throw new InvalidOperationException($"Column '{column.Name}' was not asked for when this row was made.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private ReadOnlySpan<float> Scores()
    {
        if (scored < 0 || scored != input.Position)
        {
            reader!.Read(0, pixels);
            if (PixelCheck.AreFinite(pixels))
            {
                bound.Model.Predict(pixels, scores);
            }
            else
            {
                scores.AsSpan().Fill(float.NaN);
            }

            scored = input.Position;
        }

        return scores;
    }
}
