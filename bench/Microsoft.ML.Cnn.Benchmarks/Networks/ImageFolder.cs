using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Benchmarks.Networks;

/// <summary>A temporary folder of images, and ML.NET's pipeline from its files to pixels.</summary>
internal sealed class ImageFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("cnn-bench-").FullName;
    private readonly List<FileRow> rows;
    private readonly int side;

    /// <summary>Writes gradients with some noise, the classes in turn.</summary>
    public ImageFolder(int count, int side, SKEncodedImageFormat format)
    {
        this.side = side;
        Random random = new(1);
        rows = [.. Enumerable.Range(0, count).Select(number => Write(number, format, random))];
    }

    public int Count => rows.Count;

    public Shape Shape => new(side, side, 3);

    /// <summary>Each cursor decodes all images anew.</summary>
    public IDataView Load(MLContext ml)
    {
        IDataView files = ml.Data.LoadFromEnumerable(rows);
        return ml
            .Transforms.LoadImages("Image", path, nameof(FileRow.File))
            .Append(ml.Transforms.ResizeImages("Image", side, side))
            .Append(ml.Transforms.ExtractPixels("Features", "Image"))
            .Fit(files)
            .Transform(files);
    }

    /// <summary>Reads all pixels; behind the one cursor ML.NET decodes on a few threads.</summary>
    public static float Decode(IDataView images) => Pipeline.Read(images, "Features");

    public void Dispose() => Directory.Delete(path, recursive: true);

    private FileRow Write(int number, SKEncodedImageFormat format, Random random)
    {
        int label = number % BarePlans.Classes;
        using SKBitmap bitmap = new(side, side);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int noise = random.Next(24);
                bitmap.SetPixel(
                    x,
                    y,
                    new SKColor((byte)(x * 200 / side + noise), (byte)(y * 200 / side + noise), (byte)(label * 20 + noise))
                );
            }
        }

        string name = $"{number}.{format}";
        using FileStream file = File.Create(Path.Combine(path, name));
        bitmap.Encode(file, format, quality: 90);
        return new FileRow { File = name, Label = (uint)label + 1 };
    }

    private sealed class FileRow
    {
        public string File { get; set; } = "";

        [KeyType(BarePlans.Classes)]
        public uint Label { get; set; }
    }
}
