using FsCheck;
using FsCheck.Xunit;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.DataLoaders;

public sealed class IdxCursorTests : IDisposable
{
    private const int Rows = 100;
    private const int ImageBytes = 40 * 30;

    private readonly IdxFolder _folder = new();
    private readonly byte[] _pixels = IdxFolder.Pixels(Rows * ImageBytes);
    private readonly byte[] _labels = [.. Enumerable.Range(0, Rows).Select(row => (byte)row)];
    private readonly IDataView _view;

    public IdxCursorTests()
    {
        _view = new MLContext().Data.LoadFromIdx(_folder.WriteImages(_pixels, 40, 30), _folder.WriteLabels(_labels, compressed: true));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_generator_rows_come_in_the_order_of_the_file()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema);
        Assert.Equal(Enumerable.Range(0, Rows), Labels(cursor));
    }

    [Property(MaxTest = 50)]
    public bool A_shuffled_cursor_gives_each_row_once_and_its_own_image(int seed)
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema, new Random(seed));
        ValueGetter<int> label = cursor.GetGetter<int>(_view.Schema["Label"]);
        ValueGetter<VBuffer<float>> image = cursor.GetGetter<VBuffer<float>>(_view.Schema["Features"]);
        HashSet<int> seen = [];
        VBuffer<float> pixels = default;
        int row = 0;
        while (cursor.MoveNext())
        {
            label(ref row);
            image(ref pixels);
            if (!seen.Add(row) || !pixels.GetValues().SequenceEqual(Image(row)))
            {
                return false;
            }
        }

        return seen.Count == Rows;
    }

    [Fact]
    public void Each_shuffled_pass_has_an_order_of_its_own_which_the_seed_decides()
    {
        Random random = new(1);
        int[] first = Shuffled(random);
        int[] second = Shuffled(random);
        Assert.NotEqual(first, second);
        Assert.NotEqual(Enumerable.Range(0, Rows), first);
        Assert.Equal(first, Shuffled(new Random(1)));
    }

    [Property(MaxTest = 50)]
    public bool Parallel_cursors_give_each_row_once_and_batches_restore_the_order(PositiveInt cursors, bool shuffled)
    {
        DataViewRowCursor[] set = _view.GetRowCursorSet(_view.Schema, cursors.Get, shuffled ? new Random(7) : null);
        List<(long Batch, int Row)> rows = [];
        foreach (DataViewRowCursor cursor in set)
        {
            ValueGetter<int> label = cursor.GetGetter<int>(_view.Schema["Label"]);
            int row = 0;
            long batch = 0;
            long position = 0;
            while (cursor.MoveNext())
            {
                label(ref row);
                Assert.True(cursor.Batch >= batch);
                Assert.Equal(position++, cursor.Position);
                batch = cursor.Batch;
                rows.Add((batch, row));
            }

            cursor.Dispose();
        }

        IEnumerable<int> expected = shuffled ? Shuffled(new Random(7)) : Enumerable.Range(0, Rows);
        return set.Length <= cursors.Get && rows.OrderBy(each => each.Batch).Select(each => each.Row).SequenceEqual(expected);
    }

    [Fact]
    public void Parallel_cursors_share_the_work()
    {
        DataViewRowCursor[] set = _view.GetRowCursorSet(_view.Schema, 2);
        Assert.All(set, cursor => Assert.InRange(Labels(cursor).Count, 40, 60));
        Assert.Equal(2, set.Length);
    }

    [Fact]
    public void A_row_keeps_its_id_in_every_order()
    {
        Assert.Equal(Ids(_view.GetRowCursor(_view.Schema)).Order(), Ids(_view.GetRowCursor(_view.Schema, new Random(3))).Order());

        static List<(int Row, ulong Id)> Ids(DataViewRowCursor cursor)
        {
            using (cursor)
            {
                ValueGetter<int> label = cursor.GetGetter<int>(cursor.Schema["Label"]);
                ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
                List<(int, ulong)> ids = [];
                int row = 0;
                DataViewRowId id = default;
                while (cursor.MoveNext())
                {
                    label(ref row);
                    getId(ref id);
                    ids.Add((row, id.Low));
                }

                return ids;
            }
        }
    }

    [Fact]
    public void The_buffer_of_an_image_is_used_again()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema);
        ValueGetter<VBuffer<float>> image = cursor.GetGetter<VBuffer<float>>(_view.Schema["Features"]);
        VBuffer<float> pixels = default;
        cursor.MoveNext();
        image(ref pixels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (cursor.MoveNext())
        {
            image(ref pixels);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(pixels.IsDense);
        Assert.Equal(Image(Rows - 1), pixels.GetValues());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_pass_over_many_rows_takes_little_memory(bool compressed, bool shuffled)
    {
        // Sixteen times what may be held; zeros, which compress fast.
        byte[] pixels = new byte[64 << 20];
        IDataView view = new MLContext().Data.LoadFromIdx(_folder.WriteImages(pixels, 64, 64, compressed, name: "many"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema, shuffled ? new Random(1) : null);
        ValueGetter<VBuffer<float>> image = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            image(ref values);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_sparse_or_longer_buffer_is_filled_as_well()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema);
        ValueGetter<VBuffer<float>> image = cursor.GetGetter<VBuffer<float>>(_view.Schema["Features"]);
        cursor.MoveNext();
        VBuffer<float> sparse = new(9000, 2, [5f, 6f], [0, 8999]);
        image(ref sparse);
        Assert.Equal(Image(0), sparse.GetValues());
        Assert.Equal(ImageBytes, sparse.Length);
    }

    [Fact]
    public void A_getter_may_be_called_twice_for_a_row()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema, new Random(1));
        ValueGetter<VBuffer<float>> image = cursor.GetGetter<VBuffer<float>>(_view.Schema["Features"]);
        cursor.MoveNext();
        VBuffer<float> once = default;
        VBuffer<float> twice = default;
        image(ref once);
        image(ref twice);
        Assert.Equal(once.GetValues(), twice.GetValues());
    }

    [Fact]
    public void Only_the_columns_asked_for_are_active()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor([_view.Schema["Label"]]);
        Assert.True(cursor.IsColumnActive(_view.Schema["Label"]));
        Assert.False(cursor.IsColumnActive(_view.Schema["Features"]));
        Refused(() => cursor.GetGetter<VBuffer<float>>(_view.Schema["Features"]), "'Features' is not active");
        Assert.Equal(Rows, Labels(cursor).Count);
    }

    [Fact]
    public void Rows_are_counted_without_any_column()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor([]);
        int count = 0;
        while (cursor.MoveNext())
        {
            count++;
        }

        Assert.Equal(Rows, count);
    }

    [Fact]
    public void A_getter_of_another_type_is_refused()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema);
        Refused(() => cursor.GetGetter<float>(_view.Schema["Label"]), "'Label' is of type Int32");
        Refused(() => cursor.GetGetter<VBuffer<byte>>(_view.Schema["Features"]), "'Features' is of type Vector<Single, 40, 30>");
    }

    [Fact]
    public void Values_are_refused_where_there_is_no_row()
    {
        DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema);
        ValueGetter<int> label = cursor.GetGetter<int>(_view.Schema["Label"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        Assert.Equal(-1, cursor.Position);
        Refused(() => Get(label), "before its first row");
        while (cursor.MoveNext()) { }

        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        Refused(() => Get(label), "past its last row");
        Refused(() => Get(id), "past its last row");
    }

    [Fact]
    public void A_disposed_cursor_gives_no_rows()
    {
        DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema);
        ValueGetter<int> label = cursor.GetGetter<int>(_view.Schema["Label"]);
        cursor.MoveNext();
        cursor.Dispose();
        cursor.Dispose();
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Refused(() => Get(label), "disposed");
    }

    [Fact]
    public void Cursors_of_many_threads_do_not_disturb_each_other() =>
        Parallel.For(
            0,
            8,
            seed =>
            {
                using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema, new Random(seed));
                Assert.Equal(Enumerable.Range(0, Rows), Labels(cursor).Order());
            }
        );

    [Fact]
    public void A_column_of_another_schema_is_refused()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Other", NumberDataViewType.Single);
        Assert.Contains("Other", Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetRowCursor(builder.ToSchema())).Message);
    }

    private float[] Image(int row) => [.. _pixels.AsSpan(row * ImageBytes, ImageBytes).ToArray().Select(pixel => (float)pixel)];

    private int[] Shuffled(Random random)
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_view.Schema, random);
        return [.. Labels(cursor)];
    }

    private static List<int> Labels(DataViewRowCursor cursor)
    {
        ValueGetter<int> label = cursor.GetGetter<int>(cursor.Schema["Label"]);
        List<int> labels = [];
        int value = 0;
        while (cursor.MoveNext())
        {
            label(ref value);
            labels.Add(value);
        }

        return labels;
    }

    private static T? Get<T>(ValueGetter<T> getter)
    {
        T? value = default;
        getter(ref value!);
        return value;
    }

    private static void Refused(Func<object?> use, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidOperationException>(use).Message);
}
