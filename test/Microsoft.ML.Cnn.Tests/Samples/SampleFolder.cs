using Microsoft.ML.Cnn.Tests.DataLoaders;

namespace Microsoft.ML.Cnn.Tests.Samples;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using CommandLine = Microsoft.ML.Cnn.Samples.Commands.CommandLine;

/// <summary>A folder with a few images of two classes, one bright above and one bright below, for the sample program to work in.</summary>
internal sealed class SampleFolder : IDisposable
{
    public const int TrainImages = 40;
    public const int TestImages = 10;

    private readonly IdxFolder _files = new();

    public SampleFolder(int height = 28, int width = 28)
    {
        WriteSet("train", TrainImages, height, width);
        WriteSet("t10k", TestImages, height, width);
    }

    public string Path => System.IO.Path.GetDirectoryName(PathOf("any"))!;

    public string PathOf(string name) => _files.PathOf(name);

    public void Dispose() => _files.Dispose();

    /// <summary>Trains on the folder, briefly.</summary>
    public SampleResult Train(params string[] more) =>
        SampleResult.Of(["lenet5", "--data", Path, "--model", PathOf("model.zip"), "--epochs", "2", "--batch-size", "8", .. more]);

    private void WriteSet(string name, int count, int height, int width)
    {
        byte[] labels = [.. Enumerable.Range(0, count).Select(image => (byte)(image % 2))];
        byte[] pixels = IdxFolder.Pixels(count * height * width);
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (height * width);
            bool below = i % (height * width) / width >= height / 2;
            pixels[i] = (byte)((pixels[i] / 4) + (below == (labels[image] == 1) ? 150 : 0));
        }

        // One pair compressed and one plain: either will do.
        bool compressed = name == "train";
        string ending = compressed ? ".gz" : "";
        _files.WriteImages(pixels, height, width, compressed, $"{name}-images-idx3-ubyte{ending}");
        _files.WriteLabels(labels, compressed, $"{name}-labels-idx1-ubyte{ending}");
    }
}

/// <summary>What a run of the sample program gave.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Error)
{
    /// <summary>Runs it within this process.</summary>
    public static SampleResult Of(params string[] arguments) => Run(arguments, TestContext.Current.CancellationToken);

    /// <summary>Runs it within this process, and interrupts it at once.</summary>
    public static SampleResult Interrupted(params string[] arguments) => Run(arguments, new CancellationToken(canceled: true));

    private static SampleResult Run(string[] arguments, CancellationToken cancellationToken)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error, cancellationToken);
        return new SampleResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Checks that it failed with one line that tells why.</summary>
    public void AssertRefused(string why)
    {
        Assert.Equal(1, ExitCode);
        Assert.Single(Error.TrimEnd('\n', '\r').Split('\n'));
        Assert.Contains(why, Error, StringComparison.Ordinal);
    }
}
