using System.IO.Compression;
using Microsoft.ML.Cnn.Serialization;

namespace Microsoft.ML.Cnn.Tests.Serialization;

public sealed class CnnModelFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cnn-model-");

    private string ModelPath => Path.Combine(directory.FullName, "model.zip");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_model_comes_back_from_its_file()
    {
        CnnModel model = Models.Every();
        model.Save(ModelPath);
        CnnModel back = CnnModel.Load(ModelPath);
        Assert.Equal(model.Network, back.Network);
        Assert.Equal(Models.Payload(model), Models.Payload(back));
        Assert.Equal(["model.zip"], Files());
    }

    [Theory]
    [InlineData(ConvolutionAlgorithm.Automatic)]
    [InlineData(ConvolutionAlgorithm.Direct)]
    public void The_algorithm_of_convolutions_comes_back(ConvolutionAlgorithm convolutions)
    {
        CnnModel.Create(Models.EveryLayer, new Shape(9, 9, 4), convolutions: convolutions).Save(ModelPath);
        Assert.Equal(convolutions, CnnModel.Load(ModelPath).Convolutions);
    }

    [Fact]
    public void Equal_models_give_equal_files_whenever_they_are_saved()
    {
        using MemoryStream first = new();
        using MemoryStream second = new();
        Models.Every().Save(first);
        Models.Every().Save(second);
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void A_file_is_replaced_by_a_whole_one()
    {
        Models.Every().Save(ModelPath);
        Models.Small().Save(ModelPath);
        Assert.Equal(Models.Small().Network, CnnModel.Load(ModelPath).Network);
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_file_and_nothing_else()
    {
        Models.Small().Save(ModelPath);
        byte[] before = File.ReadAllBytes(ModelPath);
        Assert.Throws<IOException>(() =>
            AtomicFile.Write(
                ModelPath,
                stream =>
                {
                    stream.Write(new byte[100_000]);
                    throw new IOException("the disk is full");
                }
            )
        );
        Assert.Equal(before, File.ReadAllBytes(ModelPath));
        Assert.Equal(["model.zip"], Files());
    }

    [Theory]
    [InlineData("TransformerChain/Transform_001/Model/cnn-model.bin")]
    [InlineData("TransformerChain\\Transform_001\\Model\\cnn-model.bin")]
    public void A_model_is_found_wherever_ML_NET_puts_it(string entry)
    {
        CnnModel model = Models.Small();
        WriteZip(("TransformerChain/Version.txt", [1]), (entry, Models.Payload(model)), ("Schema", [2]));
        Assert.Equal(model.Network, CnnModel.Load(ModelPath).Network);
    }

    [Fact]
    public void A_zip_without_a_network_is_refused()
    {
        WriteZip(("Model.key", [1]));
        AssertRefused("no convolutional network");
    }

    [Fact]
    public void A_zip_with_several_networks_is_refused_and_they_are_listed()
    {
        byte[] payload = Models.Payload(Models.Small());
        WriteZip(("a/cnn-model.bin", payload), ("b/cnn-model.bin", payload));
        CnnModelFormatException exception = AssertRefused("2 convolutional networks");
        Assert.Contains("a/cnn-model.bin, b/cnn-model.bin", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_zip_is_refused()
    {
        File.WriteAllText(ModelPath, "not a zip");
        Assert.Null(AssertRefused("not a model zip").InnerException);
    }

    [Fact]
    public void A_zip_that_is_cut_off_or_has_a_flipped_byte_is_refused_or_whole()
    {
        Models.Small().Save(ModelPath);
        byte[] zip = File.ReadAllBytes(ModelPath);
        for (int i = 0; i < zip.Length; i++)
        {
            Assert.Throws<CnnModelFormatException>(() => Load(zip[..i]));
            byte[] flipped = [.. zip];
            flipped[i] ^= 0x55;
            AssertRefusedOrWhole(flipped);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_not_to_be() => Assert.Throws<FileNotFoundException>(() => CnnModel.Load(ModelPath));

    // Names, dates and the like in a zip may change without a change of the model.
    private static void AssertRefusedOrWhole(byte[] zip)
    {
        try
        {
            Assert.Equal(Models.Payload(Models.Small()), Models.Payload(Load(zip)));
        }
        catch (CnnModelFormatException) { }
    }

    private static CnnModel Load(byte[] zip)
    {
        using MemoryStream stream = new(zip);
        return CnnModel.Load(stream);
    }

    private CnnModelFormatException AssertRefused(string because)
    {
        CnnModelFormatException exception = Assert.Throws<CnnModelFormatException>(() => CnnModel.Load(ModelPath));
        Assert.Contains(because, exception.Message, StringComparison.Ordinal);
        return exception;
    }

    private void WriteZip(params (string Name, byte[] Content)[] entries)
    {
        using ZipArchive zip = ZipFile.Open(ModelPath, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in entries)
        {
            using Stream stream = zip.CreateEntry(name).Open();
            stream.Write(content);
        }
    }

    private IEnumerable<string> Files() => directory.EnumerateFileSystemInfos().Select(file => file.Name);
}
