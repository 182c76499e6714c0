using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Cnn.Tests.DataLoaders;

/// <summary>A folder of IDX files, good and bad, which is gone after the test.</summary>
internal sealed class IdxFolder : IDisposable
{
    public const byte UnsignedByte = 0x08;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idx-");

    public void Dispose() => _folder.Delete(recursive: true);

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes any bytes, compressed or plain, and returns the path.</summary>
    public string Write(string name, byte[] content, bool compressed = false)
    {
        File.WriteAllBytes(PathOf(name), compressed ? Gzip(content) : content);
        return PathOf(name);
    }

    public string WriteImages(byte[] pixels, int height, int width, bool compressed = false, string name = "images")
    {
        int[] sizes = [pixels.Length / (height * width), height, width];
        return Write(name, Idx(UnsignedByte, sizes, pixels), compressed);
    }

    public string WriteLabels(byte[] labels, bool compressed = false, string name = "labels") =>
        Write(name, Idx(UnsignedByte, [labels.Length], labels), compressed);

    public static byte[] Idx(byte element, int[] sizes, params byte[] data)
    {
        byte[] file = new byte[4 + (4 * sizes.Length) + data.Length];
        file[2] = element;
        file[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), sizes[i]);
        }

        data.CopyTo(file, 4 + (4 * sizes.Length));
        return file;
    }

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream stored = new();
        using (GZipStream gzip = new(stored, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return stored.ToArray();
    }

    /// <summary>Pixels that look random, the same for each run.</summary>
    public static byte[] Pixels(int count)
    {
        byte[] pixels = new byte[count];
        new Random(1).NextBytes(pixels);
        return pixels;
    }
}
