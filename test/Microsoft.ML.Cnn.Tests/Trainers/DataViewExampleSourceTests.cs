using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>Several cursors that share a pass: labels go through a MapValueToKey, whose rows ML.NET hands out by the 128.</summary>
public sealed class DataViewExampleSourceTests
{
    private const int Rows = 700;

    private readonly MLContext context = new(seed: 1);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Rows_and_their_order_do_not_depend_on_how_many_share_a_pass(int shares)
    {
        IDataView plain = TinyImages.View(context, Rows);
        foreach (IDataView view in new[] { plain, context.Data.Cache(plain), context.Data.ShuffleRows(plain, seed: 5) })
        {
            foreach (int? seed in new int?[] { null, 3 })
            {
                List<Example> alone = ReadAll(Source(view, shares: 1).Open(seed));
                List<Example> together = ReadAll(Source(view, shares).Open(seed));
                Assert.Equal(Rows, alone.Count);
                Assert.Equal(alone.Select(Text), together.Select(Text));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_row_keeps_its_key_in_every_order_and_the_key_is_that_of_its_number_in_the_data(int shares)
    {
        IDataView view = context.Data.Cache(TinyImages.View(context, Rows));
        Dictionary<string, uint> keys = ReadKeys(Source(view, shares).Open(null));
        Assert.Equal(Enumerable.Range(0, Rows).Select(row => RowKeys.Of((ulong)row, 0)), keys.Values);
        Dictionary<string, uint> shuffled = ReadKeys(Source(view, shares).Open(3));
        Assert.NotEqual(keys.Keys, shuffled.Keys);
        Assert.Equal(keys.OrderBy(row => row.Key, StringComparer.Ordinal), shuffled.OrderBy(row => row.Key, StringComparer.Ordinal));

        static Dictionary<string, uint> ReadKeys(IExampleReader reader)
        {
            using (reader)
            {
                Dictionary<string, uint> keys = [];
                float[] pixels = new float[TinyImages.Side * TinyImages.Side];
                while (reader.Read(pixels, out _, out _))
                {
                    keys.Add(string.Join(' ', pixels), reader.RowKey);
                }

                return keys;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_pixels_of_rows_that_are_not_wanted_are_left_unread(int shares)
    {
        CountedView view = new(TinyImages.View(context, Rows), "Features");
        HashSet<uint> numbers = [];
        List<Example> odd = ReadAll(Source(view, shares).Open(null, row => Add(row) && row % 2 == 1));
        Assert.Equal(Rows, numbers.Count);
        Assert.Equal(numbers.Count(number => number % 2 == 1), odd.Count);
        Assert.Equal(odd.Count, view.Read);
        List<Example> even = ReadAll(Source(view, shares).Open(null, row => row % 2 == 0));
        Assert.Equal(ReadAll(Source(view, 1).Open(null)).Select(Text).Order(), odd.Concat(even).Select(Text).Order());

        bool Add(uint number)
        {
            lock (numbers)
            {
                numbers.Add(number);
                return true;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Parts_of_a_split_are_counted_over_all_who_share_a_pass(int shares)
    {
        IDataView view = TinyImages.View(context, Rows);
        ExampleColumns columns = Columns(view);
        StratifiedSplit split = StratifiedSplit.Measure(view, columns, fraction: 0.3f, seed: 1, () => { });
        foreach (SplitPart part in new[] { split.Training, split.HeldOut })
        {
            DataViewExampleSource source = new(view, columns, part: part) { Shares = shares };
            Assert.Equal(part.Rows, ReadAll(source.Open(null)).Count);
        }

        // Other rows than those counted.
        IDataView fewer = context.Data.TakeRows(view, Rows - 50);
        DataViewExampleSource changed = new(fewer, Columns(fewer), part: split.Training) { Shares = shares };
        Assert.Contains(
            "keep their identity",
            Assert.Throws<InvalidOperationException>(() => ReadAll(changed.Open(null))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, "row 401 (counted from 1)")]
    [InlineData(3, "the row with the identity")]
    public void A_pixel_that_is_no_number_is_refused_and_all_cursors_are_closed(int shares, string place)
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(Rows);
        rows[400].Features[7] = float.NaN;
        CountedView view = new(TinyImages.WithKeys(context, rows), "Features");
        string message = Assert.Throws<InvalidOperationException>(() => ReadAll(Source(view, shares).Open(null))).Message;
        Assert.Contains("NaN at index 7", message, StringComparison.Ordinal);
        Assert.Contains(place, message, StringComparison.Ordinal);
        Assert.Equal(shares, view.Opened);
        Assert.Equal(shares, view.Closed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_pass_that_is_given_up_closes_all_cursors(int shares)
    {
        CountedView view = new(TinyImages.View(context, Rows), "Features");
        using (IExampleReader reader = Source(view, shares).Open(null))
        {
            Assert.True(reader.Read(new float[TinyImages.Side * TinyImages.Side], out _, out _));
        }

        Assert.Equal(shares, view.Opened);
        Assert.Equal(shares, view.Closed);
    }

    private static DataViewExampleSource Source(IDataView view, int shares) => new(view, Columns(view)) { Shares = shares };

    private static ExampleColumns Columns(IDataView view) => ExampleColumns.Find(view.Schema, TinyImages.Options(), "view");

    private static List<Example> ReadAll(IExampleReader reader)
    {
        using (reader)
        {
            List<Example> rows = [];
            float[] pixels = new float[TinyImages.Side * TinyImages.Side];
            while (reader.Read(pixels, out int label, out float weight))
            {
                rows.Add(new Example([.. pixels], label, weight));
            }

            return rows;
        }
    }

    private static string Text(Example example) => $"{example.Label} {example.Weight}: {string.Join(' ', example.Pixels)}";

    private sealed record Example(float[] Pixels, int Label, float Weight);
}
