using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>ML.NET's own way from image files to pixels.</summary>
public sealed class ImagePipelineTests : IDisposable
{
    private static readonly SKColor[] Colors = [SKColors.DarkRed, SKColors.DarkGreen, SKColors.DarkBlue];

    private readonly MLContext context = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("cnn-images-").FullName;

    [Fact]
    public void Planar_and_interleaved_pixels_train_the_same_network()
    {
        IDataView files = context.Data.LoadFromEnumerable(WriteImages(18));
        CnnMulticlassPredictionTransformer planar = Fit(files, interleaved: false, out IDataView planarPixels);
        CnnMulticlassPredictionTransformer interleaved = Fit(files, interleaved: true, out IDataView interleavedPixels);
        Assert.Equal(PixelOrder.Planar, planar.Model.Model.PixelOrder);
        Assert.Equal(PixelOrder.Interleaved, interleaved.Model.Model.PixelOrder);
        Assert.Equal(new Shape(8, 10, 3), planar.Model.Model.InputShape);
        Assert.Equal(planar.Model.Model.GetParameter("output/weight"), interleaved.Model.Model.GetParameter("output/weight"));
        Assert.Equal(
            ViewValues.Read(planar.Transform(planarPixels), "Score"),
            ViewValues.Read(interleaved.Transform(interleavedPixels), "Score")
        );
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => planar.Transform(interleavedPixels)).Message;
        Assert.Contains("another order", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_unknown_size_are_refused_with_what_would_work()
    {
        IDataView files = context.Data.LoadFromEnumerable(WriteImages(3));
        IEstimator<ITransformer> pipeline = context
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.LoadImages("Image", folder, "File"))
            .Append(context.Transforms.ExtractPixels("Features", "Image"))
            .Append(context.MulticlassClassification.Trainers.Cnn(TinyImages.Network));
        Exception exception = Assert.ThrowsAny<Exception>(() => pipeline.Fit(files)).GetBaseException();
        Assert.False(exception is NullReferenceException, exception.ToString());
    }

    [Fact]
    public void Images_that_pass_through_arrive_with_their_rows()
    {
        IDataView files = context.Data.LoadFromEnumerable(WriteImages(6));
        CnnMulticlassPredictionTransformer model = Fit(files, interleaved: false, out IDataView pixels);
        IDataView scored = model.Transform(pixels);
        using DataViewRowCursor cursor = scored.GetRowCursor(ViewValues.Active(scored.Schema, "Image", "Score"));
        ValueGetter<MLImage> getImage = cursor.GetGetter<MLImage>(scored.Schema["Image"]);
        for (int row = 0; row < 6; row++)
        {
            Assert.True(cursor.MoveNext());
            MLImage image = null!;
            getImage(ref image);
            Assert.Equal(12 + row, image.Width);
            image.Dispose();
        }

        Assert.False(cursor.MoveNext());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private CnnMulticlassPredictionTransformer Fit(IDataView files, bool interleaved, out IDataView pixels)
    {
        pixels = context
            .Transforms.Conversion.MapValueToKey("Label")
            .Append(context.Transforms.LoadImages("Image", folder, "File"))
            .Append(context.Transforms.ResizeImages("Small", 10, 8, "Image", ImageResizingEstimator.ResizingKind.Fill))
            .Append(context.Transforms.ExtractPixels("Features", "Small", interleavePixelColors: interleaved))
            .Fit(files)
            .Transform(files);
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Network = Network.Sequential(new Conv2D(4, kernel: 3, padding: Padding.Same), new ReLU(), new MaxPool2D(2));
        options.Epoch = 2;
        return context.MulticlassClassification.Trainers.Cnn(options).Fit(pixels);
    }

    /// <summary>Images of which none is as wide as another.</summary>
    private List<FileRow> WriteImages(int count)
    {
        List<FileRow> rows = [];
        for (int i = 0; i < count; i++)
        {
            using SKBitmap bitmap = new(12 + i, 9);
            bitmap.Erase(Colors[i % 3]);
            bitmap.SetPixel(i % 7, i % 5, SKColors.White);
            string name = $"{i}.png";
            using FileStream file = File.Create(Path.Combine(folder, name));
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
            rows.Add(new FileRow { File = name, Label = $"colour {i % 3}" });
        }

        return rows;
    }

    private sealed class FileRow
    {
        public string File { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
