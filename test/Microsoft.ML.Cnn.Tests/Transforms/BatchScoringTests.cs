using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Transforms;

public class BatchScoringTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly CnnMulticlassPredictionTransformer Model = Context
        .MulticlassClassification.Trainers.Cnn(TinyImages.Options())
        .Fit(TinyImages.View(Context));

    [Fact]
    public void A_row_s_score_has_the_same_bits_whatever_rows_are_beside_it()
    {
        IDataView images = TinyImages.View(Context, 600);
        List<string> all = ViewValues.Read(Model.Transform(images), "Score");
        Assert.Equal(600, all.Count);
        foreach (int start in new[] { 1, 100, 255, 256, 257, 511, 599 })
        {
            List<string> some = ViewValues.Read(Model.Transform(Context.Data.SkipRows(images, start)), "Score");
            Assert.Equal(all.Skip(start).Select(Values), some.Select(Values));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Parallel_cursors_give_every_row_once_with_the_same_bits(int cursors)
    {
        IDataView scored = Model.Transform(Context.Data.Cache(TinyImages.View(Context, 700)));
        DataViewSchema.Column[] columns = ViewValues.Active(scored.Schema);
        List<string> rows = [];
        DataViewRowCursor[] set = scored.GetRowCursorSet(columns, cursors);
        Parallel.ForEach(
            set,
            cursor =>
            {
                using (cursor)
                {
                    List<string> read = ViewValues.Read(cursor, columns);
                    lock (rows)
                    {
                        rows.AddRange(read);
                    }
                }
            }
        );
        Assert.Equal(ViewValues.Read(scored).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Cursors_that_share_the_reading_give_the_same_rows_in_the_same_order(int shares)
    {
        IDataView plain = TinyImages.View(Context, 700);
        foreach (IDataView images in new[] { plain, Context.Data.Cache(plain), new CountedView(plain, "Features") })
        {
            ScoredView shared = Shared(images, shares);
            Assert.Equal(ViewValues.Read(Model.Transform(images)), ViewValues.Read(shared));
            DataViewSchema.Column[] columns = ViewValues.Active(shared.Schema, "Label", "PredictedLabel", "Score");
            using DataViewRowCursor cursor = shared.GetRowCursor(columns, new Random(3));
            using DataViewRowCursor alone = Shared(images, shares: 1).GetRowCursor(columns, new Random(3));
            Assert.Equal(ViewValues.Read(alone, columns), ViewValues.Read(cursor, columns));
            Assert.Equal(-1, cursor.Position);
        }
    }

    [Fact]
    public void A_shared_reading_that_fails_or_is_given_up_closes_all_cursors()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(700);
        rows[400].Features = new float[7];
        CountedView view = new(TinyImages.WithKeys(Context, rows), "Features");
        ScoredView scored = Shared(view, shares: 3);
        Assert.Contains(
            "7 values",
            Assert.Throws<InvalidOperationException>(() => ViewValues.Read(scored, "Label", "Score")).Message,
            StringComparison.Ordinal
        );
        using (DataViewRowCursor cursor = scored.GetRowCursor(ViewValues.Active(scored.Schema, "Label", "Score")))
        {
            Assert.Equal(-1, cursor.Position);
        }

        Assert.Equal(6, view.Opened);
        Assert.Equal(6, view.Closed);
    }

    [Fact]
    public void Whatever_columns_are_asked_for_travels_with_its_row()
    {
        IDataView images = TinyImages.View(Context, 300);
        IDataView scored = Model.Transform(images);
        string[] passed = ["Label", "Weight", "Features"];
        Assert.Equal(ViewValues.Read(images, passed), ViewValues.Read(scored, passed));
        Assert.Equal(
            ViewValues.Read(images, passed),
            ViewValues.Read(scored, [.. passed, "PredictedLabel"]).Select(row => row[..row.LastIndexOf(" | ", StringComparison.Ordinal)])
        );
        Assert.Equal(
            ViewValues.Read(scored, "Score").Select(Values),
            ViewValues.Read(scored, "Features", "Score").Select(row => "Score=" + row.Split("Score=")[1])
        );
    }

    [Fact]
    public void Positions_count_the_rows_and_end_before_and_behind_them()
    {
        IDataView scored = Model.Transform(TinyImages.View(Context, 260));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.Equal(-1, cursor.Position);
        for (int row = 0; row < 260; row++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(row, cursor.Position);
        }

        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
    }

    [Fact]
    public void A_shuffled_view_scores_the_same_rows()
    {
        IDataView scored = Model.Transform(Context.Data.Cache(TinyImages.View(Context, 300)));
        Assert.True(scored.CanShuffle);
        DataViewSchema.Column[] columns = ViewValues.Active(scored.Schema, "Features", "Score");
        using DataViewRowCursor cursor = scored.GetRowCursor(columns, new Random(3));
        List<string> shuffled = ViewValues.Read(cursor, columns);
        List<string> ordered = ViewValues.Read(scored, "Features", "Score");
        Assert.NotEqual(ordered, shuffled);
        Assert.Equal(ordered.Order(StringComparer.Ordinal), shuffled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sparse_pixels_score_as_dense_ones()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        foreach (TinyImages.TextLabelled row in rows)
        {
            row.Features = [.. row.Features.Select(pixel => pixel < 100 ? 0 : pixel)];
        }

        var sparse = rows.Select(row => new SparseRow
        {
            Features = new VBuffer<float>(
                36,
                row.Features.Count(pixel => pixel != 0),
                [.. row.Features.Where(pixel => pixel != 0)],
                [.. Enumerable.Range(0, 36).Where(i => row.Features[i] != 0)]
            ),
        });
        IDataView dense = Context.Data.LoadFromEnumerable(rows);
        Assert.Equal(
            ViewValues.Read(Model.Transform(dense), "Score"),
            ViewValues.Read(Model.Transform(Context.Data.LoadFromEnumerable(sparse)), "Score")
        );
    }

    [Fact]
    public void A_row_with_a_pixel_that_is_no_number_has_no_label_and_leaves_its_neighbours_alone()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(9);
        List<string> before = ViewValues.Read(Model.Transform(Context.Data.LoadFromEnumerable(rows)), "Score", "PredictedLabel");
        rows[4].Features[7] = float.NaN;
        rows[6].Features[0] = float.NegativeInfinity;
        List<string> after = ViewValues.Read(Model.Transform(Context.Data.LoadFromEnumerable(rows)), "Score", "PredictedLabel");
        foreach (int row in Enumerable.Range(0, 9))
        {
            if (row is 4 or 6)
            {
                Assert.EndsWith("PredictedLabel=0 | Score=NaN NaN NaN", after[row], StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(before[row], after[row]);
            }
        }
    }

    [Fact]
    public void Pixels_in_another_order_than_those_trained_on_are_refused()
    {
        IDataView images = Context.Data.LoadFromEnumerable(new[] { new OtherSides() });
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Model.Transform(images)).Message;
        Assert.Contains("3, 12", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_was_not_asked_for_is_refused()
    {
        IDataView scored = Model.Transform(TinyImages.View(Context));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.False(cursor.IsColumnActive(scored.Schema["Weight"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Weight"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Score"]));
    }

    [Fact]
    public void Nothing_is_computed_where_no_score_is_asked_for()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(3);
        rows[1].Features = new float[7];
        IDataView scored = Model.Transform(Context.Data.LoadFromEnumerable(rows));
        Assert.Equal(3, ViewValues.Read(scored, "Label").Count);
        Assert.Contains(
            "7",
            Assert.ThrowsAny<Exception>(() => ViewValues.Read(scored, "Score")).GetBaseException().Message,
            StringComparison.Ordinal
        );
    }

    private static ScoredView Shared(IDataView images, int shares) =>
        new((BoundModel)Model.GetRowToRowMapper(images.Schema), images) { Shares = shares };

    private static string Values(string row) => row[(row.IndexOf(':', StringComparison.Ordinal) + 2)..];

    private sealed class SparseRow
    {
        [VectorType(36)]
        public VBuffer<float> Features { get; set; }
    }

    private sealed class OtherSides
    {
        [VectorType(3, 12)]
        public float[] Features { get; set; } = new float[36];
    }
}
