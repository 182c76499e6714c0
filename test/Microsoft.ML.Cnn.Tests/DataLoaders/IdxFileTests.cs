using System.Buffers.Binary;
using FsCheck;
using FsCheck.Xunit;
using Microsoft.ML.Cnn.DataLoaders;

namespace Microsoft.ML.Cnn.Tests.DataLoaders;

public sealed class IdxFileTests : IDisposable
{
    private readonly IdxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 50)]
    public bool What_was_written_is_read_in_any_order(byte[] data, byte rowBytes, bool compressed, bool shuffled, int seed)
    {
        int width = Math.Max((byte)1, rowBytes);
        byte[] pixels = [.. data, .. new byte[width - (data.Length % width)]];
        IdxFile file = IdxFile.Open(_folder.WriteImages(pixels, 1, width, compressed));
        using IdxRowReader reader = file.OpenRows(shuffled);
        int[] rows = [.. Enumerable.Range(0, pixels.Length / width)];
        new Random(seed).Shuffle(rows);
        return rows.All(row => reader.Row(row).SequenceEqual(pixels.AsSpan(row * width, width)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Files_too_large_to_be_held_are_read_in_any_order(bool compressed, bool shuffled)
    {
        const int RowBytes = 1021;
        byte[] pixels = IdxFolder.Pixels(RowBytes * (1 + (IdxFile.HeldBytes / RowBytes)));
        IdxFile file = IdxFile.Open(_folder.WriteImages(pixels, 1, RowBytes, compressed));
        using IdxRowReader one = file.OpenRows(shuffled);
        using IdxRowReader other = file.OpenRows(shuffled);
        int last = (pixels.Length / RowBytes) - 1;
        foreach (int row in new[] { 0, 1, 2, last, 63, 64, 65, 1, last - 1, last })
        {
            Assert.True(one.Row(row).SequenceEqual(pixels.AsSpan(row * RowBytes, RowBytes)));
            Assert.True(other.Row(last - row).SequenceEqual(pixels.AsSpan((last - row) * RowBytes, RowBytes)));
        }
    }

    [Fact]
    public void Rows_longer_than_a_block_are_read_whole()
    {
        const int RowBytes = (3 * IdxRowReader.BlockBytes) + 5;
        byte[] pixels = IdxFolder.Pixels(RowBytes * 24);
        IdxFile file = IdxFile.Open(_folder.WriteImages(pixels, 1, RowBytes));
        using IdxRowReader reader = file.OpenRows(shuffled: false);
        Assert.True(reader.Row(23).SequenceEqual(pixels.AsSpan(23 * RowBytes)));
    }

    [Fact]
    public void Threads_that_open_a_compressed_file_at_once_all_read_it()
    {
        byte[] pixels = IdxFolder.Pixels(6 << 20);
        IdxFile file = IdxFile.Open(_folder.WriteImages(pixels, 1, 1 << 20, compressed: true));
        Parallel.For(
            0,
            6,
            row =>
            {
                using IdxRowReader reader = file.OpenRows(shuffled: true);
                Assert.True(reader.Row(row).SequenceEqual(pixels.AsSpan(row << 20, 1 << 20)));
            }
        );
    }

    [Fact]
    public void The_name_does_not_tell_whether_a_file_is_compressed()
    {
        byte[] idx = IdxFolder.Idx(IdxFolder.UnsignedByte, [2], 7, 8);
        foreach (string path in new[] { _folder.Write("a", idx, compressed: true), _folder.Write("b.gz", idx) })
        {
            using IdxRowReader reader = IdxFile.Open(path).OpenRows(shuffled: false);
            Assert.Equal(8, reader.Row(1)[0]);
        }
    }

    [Fact]
    public void A_missing_file_is_refused() => Refused(_folder.PathOf("nowhere"), "there is no such file");

    [Fact]
    public void A_file_in_a_missing_folder_is_refused() => Refused(_folder.PathOf("nowhere/images"), "there is no such file");

    [Fact]
    public void A_folder_is_refused() => Refused(_folder.PathOf("."), "it is a folder");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_file_is_refused(bool compressed) => Refused(_folder.Write("a", [], compressed), "it holds 0 bytes");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wrong_magic_number_is_refused(bool compressed) =>
        Refused(_folder.Write("a", "PK, a zip file"u8.ToArray(), compressed), "it begins with the bytes 50 4B 2C 20", "00 00 08 03");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_unknown_type_of_values_is_refused(bool compressed) =>
        Refused(_folder.Write("a", IdxFolder.Idx(0x0A, [1], 0), compressed), "of type 0A", "08 (UnsignedByte)", "0E (Double)");

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void A_wrong_number_of_dimensions_is_refused(int rank) =>
        Refused(_folder.Write("a", [0, 0, 8, (byte)rank, .. new byte[40]]), $"it has {rank} dimensions", "1 to 4");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_cut_off_is_refused(bool compressed) =>
        Refused(_folder.Write("a", [0, 0, 8, 3, 0, 0, 0, 1, 0], compressed), "ends after 9 bytes, within its header", "takes 16");

    [Theory]
    [InlineData(0, 28, 28)]
    [InlineData(10, 0, 28)]
    [InlineData(10, 28, 0)]
    public void A_size_of_zero_is_refused(int rows, int height, int width) =>
        Refused(
            _folder.Write("a", IdxFolder.Idx(IdxFolder.UnsignedByte, [rows, height, width])),
            $"{rows} x {height} x {width}",
            "at least 1"
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sizes_whose_product_overflows_are_refused(bool compressed)
    {
        // 2^32 and its powers are zero, or small, in arithmetic that wraps.
        foreach (int[] sizes in new int[][] { [1, 1 << 16, 1 << 16], [2, 1 << 31, 1 << 31, 1 << 2], [-1, -1, -1, -1] })
        {
            Refused(_folder.Write("a", IdxFolder.Idx(0x0E, sizes, new byte[64]), compressed), "a row has at most");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_that_promises_more_than_the_file_can_hold_is_refused_at_once(bool compressed)
    {
        byte[] idx = IdxFolder.Idx(IdxFolder.UnsignedByte, [int.MaxValue, 1 << 13, 1 << 13], new byte[64]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(_folder.Write("a", idx, compressed), $"takes {(long)int.MaxValue * (1 << 26) + 16} bytes");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(783)]
    [InlineData(784)]
    public void A_truncated_file_is_refused(int missing)
    {
        byte[] idx = IdxFolder.Idx(IdxFolder.UnsignedByte, [2, 28, 28], new byte[2 * 784]);
        Refused(_folder.Write("a", idx[..^missing]), "2 x 28 x 28", "takes 1584 bytes", $"it ends after {1584 - missing}");
    }

    [Fact]
    public void A_file_with_bytes_left_over_is_refused() =>
        Refused(_folder.Write("a", IdxFolder.Idx(IdxFolder.UnsignedByte, [2], 1, 2, 3)), "takes 10 bytes", "it has 11");

    [Theory]
    [InlineData(100)]
    [InlineData(5 << 20)]
    public void A_compressed_file_of_the_wrong_length_is_refused_when_it_is_decompressed(int length)
    {
        byte[] pixels = IdxFolder.Pixels(length);
        byte[] shorter = IdxFolder.Idx(IdxFolder.UnsignedByte, [length], pixels[1..]);
        RefusedOnReading(_folder.Write("a", shorter, compressed: true), $"it ends after {length + 7}");
        byte[] longer = [.. IdxFolder.Idx(IdxFolder.UnsignedByte, [length], pixels), 1];
        RefusedOnReading(_folder.Write("a", longer, compressed: true), "it goes on after that");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5 << 20)]
    public void Damage_within_a_compressed_file_is_refused_when_it_is_decompressed(int length)
    {
        byte[] stored = IdxFolder.Gzip(IdxFolder.Idx(IdxFolder.UnsignedByte, [length], IdxFolder.Pixels(length)));
        RefusedOnReading(_folder.Write("a", stored[..^40]));
        stored[^6] ^= 1;
        RefusedOnReading(_folder.Write("a", stored), "damaged");
    }

    [Fact]
    public void A_compressed_header_that_is_damaged_is_refused_at_once() =>
        Refused(_folder.Write("a", [0x1F, 0x8B, 0xFF, .. new byte[20]]), "gzip compression is damaged");

    [Fact]
    public void A_file_that_was_cut_or_deleted_after_it_was_loaded_is_refused()
    {
        byte[] pixels = IdxFolder.Pixels(5 << 20);
        string path = _folder.WriteImages(pixels, 1, 1 << 20);
        IdxFile file = IdxFile.Open(path);
        using IdxRowReader open = file.OpenRows(shuffled: true);
        File.WriteAllBytes(path, IdxFolder.Idx(IdxFolder.UnsignedByte, [5, 1, 1 << 20], pixels[..^9]));
        Assert.Contains("it ends after", Assert.Throws<IdxFormatException>(() => file.OpenRows(shuffled: true)).Message);
        Assert.Contains("it ends after", Assert.Throws<IdxFormatException>(() => open.Row(4).Length).Message);
        File.Delete(path);
        Assert.Contains("no such file", Assert.Throws<IdxFormatException>(() => file.OpenRows(shuffled: true)).Message);
    }

    [Fact]
    public void A_file_that_was_replaced_by_another_is_refused()
    {
        IdxFile file = IdxFile.Open(_folder.WriteLabels([1, 2, 3], compressed: true));
        _folder.WriteLabels([1, 2], compressed: true);
        IdxFormatException refusal = Assert.Throws<IdxFormatException>(() => file.OpenRows(shuffled: false));
        Assert.Contains("it was changed", refusal.Message);
    }

    [Fact]
    public void Numbers_of_every_type_are_read()
    {
        Assert.Equal([0, 200], Values(0x08, 1, (at, value) => at[0] = (byte)value, 0, 200));
        Assert.Equal([-128, 127], Values(0x09, 1, (at, value) => at[0] = (byte)(sbyte)value, -128, 127));
        Assert.Equal([-300, 300], Values(0x0B, 2, (at, value) => BinaryPrimitives.WriteInt16BigEndian(at, (short)value), -300, 300));
        Assert.Equal([-70_000, 5], Values(0x0C, 4, (at, value) => BinaryPrimitives.WriteInt32BigEndian(at, (int)value), -70_000, 5));
        Assert.Equal([-1.5f, 1e30f], Values(0x0D, 4, (at, value) => BinaryPrimitives.WriteSingleBigEndian(at, value), -1.5f, 1e30f));
        Assert.Equal([-1.5f, 0.25f], Values(0x0E, 8, (at, value) => BinaryPrimitives.WriteDoubleBigEndian(at, value), -1.5f, 0.25f));
    }

    private float[] Values(byte element, int size, Writing write, params float[] numbers)
    {
        byte[] data = new byte[size * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            write(data.AsSpan(i * size), numbers[i]);
        }

        IdxFile file = IdxFile.Open(_folder.Write("values", IdxFolder.Idx(element, [1, numbers.Length], data)));
        using IdxRowReader reader = file.OpenRows(shuffled: false);
        float[] read = new float[numbers.Length];
        file.Header.Element.ToSingle(reader.Row(0), read);
        return read;
    }

    private delegate void Writing(Span<byte> at, float value);

    private static void Refused(string path, params string[] reasons) => Refused(path, () => IdxFile.Open(path), reasons);

    private static void RefusedOnReading(string path, params string[] reasons)
    {
        IdxFile file = IdxFile.Open(path);
        Refused(path, () => file.OpenRows(shuffled: false), reasons);
    }

    private static void Refused(string path, Func<object> load, string[] reasons)
    {
        IdxFormatException refusal = Assert.Throws<IdxFormatException>(load);
        Assert.Equal(path, refusal.FilePath);
        Assert.All([path, .. reasons], part => Assert.Contains(part, refusal.Message));
    }
}
