using System.IO.Compression;
using System.Text;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Transforms;

public class SavingTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_file_of_ml_net_is_read_without_it()
    {
        CnnMulticlassPredictionTransformer model = Fit();
        using MemoryStream file = Save(model);
        CnnModel loaded = CnnModel.Load(file);
        Assert.Equal(["left", "middle", "right"], loaded.ClassNames);
        Assert.Equal(ModelOutput.Softmax, loaded.Output);
        float[] pixels = TinyImages.Pixels(1, 3);
        Assert.Equal(model.Model.Model.Predict(pixels), loaded.Predict(pixels));
    }

    [Fact]
    public void Equal_models_give_equal_entries()
    {
        Dictionary<string, byte[]> one = Entries(Save(Fit()));
        Dictionary<string, byte[]> other = Entries(Save(Fit()));
        Assert.Equal(one.Keys.Order(), other.Keys.Order());
        foreach ((string name, byte[] content) in one.Where(entry => entry.Key.StartsWith("TransformerChain", StringComparison.Ordinal)))
        {
            Assert.True(content.AsSpan().SequenceEqual(other[name]), name);
        }
    }

    [Fact]
    public void A_part_that_is_missing_is_named()
    {
        foreach (string part in new[] { "cnn-model.bin", "Columns.json" })
        {
            Assert.Contains(part, Refused(entries => entries.Remove(Find(entries, part))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_that_is_cut_off_or_changed_is_refused()
    {
        Refused(entries => Replace(entries, "cnn-model.bin", bytes => bytes[..(bytes.Length / 2)]));
        Refused(entries =>
            Replace(
                entries,
                "cnn-model.bin",
                bytes =>
                {
                    bytes[^100] ^= 4;
                    return bytes;
                }
            )
        );
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"feature\": \"Features\"", "\"feature\": \"\"")]
    [InlineData("\"text\"", "\"poetry\"")]
    [InlineData("\"text\"", "\"int32\"")]
    [InlineData("\"left\",", "")]
    [InlineData("\"left\"", "null")]
    [InlineData("{", "")]
    [InlineData(" 6,", " 7,")]
    [InlineData(" 6,", " -6,")]
    [InlineData(" 6,", " 2000000000,")]
    public void Columns_that_do_not_fit_are_refused(string original, string changed)
    {
        string message = Refused(entries =>
            Replace(entries, "Columns.json", bytes => Encoding.UTF8.GetBytes(Changed(Encoding.UTF8.GetString(bytes), original, changed)))
        );
        Assert.Contains("Columns.json", message, StringComparison.Ordinal);
    }

    private static string Changed(string text, string original, string changed)
    {
        Assert.Contains(original, text, StringComparison.Ordinal);
        int place = text.IndexOf(original, StringComparison.Ordinal);
        return text[..place] + changed + text[(place + original.Length)..];
    }

    private string Refused(Action<Dictionary<string, byte[]>> damage)
    {
        Dictionary<string, byte[]> entries = Entries(Save(Fit()));
        damage(entries);
        MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        Exception exception = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(file, out _));
        return Assert.IsType<CnnModelFormatException>(exception.GetBaseException()).Message;
    }

    private static string Find(Dictionary<string, byte[]> entries, string part) =>
        entries.Keys.Single(name => name.EndsWith(part, StringComparison.Ordinal));

    private static void Replace(Dictionary<string, byte[]> entries, string part, Func<byte[], byte[]> change)
    {
        string name = Find(entries, part);
        entries[name] = change(entries[name]);
    }

    private static Dictionary<string, byte[]> Entries(MemoryStream file)
    {
        using ZipArchive zip = new(file);
        return zip.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using Stream stream = entry.Open();
                using MemoryStream content = new();
                stream.CopyTo(content);
                return content.ToArray();
            }
        );
    }

    private MemoryStream Save(CnnMulticlassPredictionTransformer model)
    {
        MemoryStream file = new();
        context.Model.Save(model, TinyImages.View(context).Schema, file);
        file.Position = 0;
        return file;
    }

    private CnnMulticlassPredictionTransformer Fit()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Epoch = 1;
        return context.MulticlassClassification.Trainers.Cnn(options).Fit(TinyImages.View(context, 12));
    }
}
