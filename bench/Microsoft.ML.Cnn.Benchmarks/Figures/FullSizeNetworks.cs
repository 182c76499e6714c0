using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>
/// AlexNet and VGG-16 as published, with 1000 classes: a process takes steps of training and saves, another loads and scores the same image; the scores
/// must have the same bits. Each tells its peak memory.
/// </summary>
internal static class FullSizeNetworks
{
    private const int Classes = 1000;
    private const int BatchSize = 8;
    private const int Steps = 3;

    public static int Run()
    {
        bool allEqual = true;
        foreach (string name in new[] { "alexnet", "vgg16" })
        {
            string path = Path.Combine(Path.GetTempPath(), $"{name}-{Environment.ProcessId}.zip");
            try
            {
                string trained = OfProcess("train", name, path);
                string loaded = OfProcess("score", name, path);
                bool isEqual = trained.Split('\n')[^2] == loaded.Split('\n')[^2];
                allEqual &= isEqual;
                Console.Write(trained + loaded);
                Console.WriteLine($"{name}: {new FileInfo(path).Length / 1048576} MB on disk, scores {(isEqual ? "equal" : "DIFFERENT")}");
            }
            finally
            {
                File.Delete(path);
            }
        }

        return allEqual ? 0 : 1;
    }

    /// <summary>Takes a few steps, saves, and prints the losses, the peak of memory and the scores of an image.</summary>
    public static int Train(string name, string path)
    {
        (Network network, Shape image) = Named(name);
        Random random = new(1);
        float[] pixels = [.. Enumerable.Range(0, BatchSize * (int)image.Length).Select(_ => random.NextSingle() - 0.5f)];
        int[] labels = [.. Enumerable.Range(0, BatchSize).Select(_ => random.Next(Classes))];
        using CnnTrainingSession session = new(CnnModel.Create(network, image, seed: 1, ModelOutput.Softmax), BatchSize);
        for (int step = 0; step < Steps; step++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: loss {session.Step(pixels, labels, 0.001f):0.0000}"));
        }

        CnnModel model = session.ToModel();
        model.Save(path);
        PrintScores(name, model);
        return 0;
    }

    /// <summary>Loads, and prints the peak of memory and the scores of the same image.</summary>
    public static int Score(string name, string path)
    {
        PrintScores(name, CnnModel.Load(path));
        return 0;
    }

    private static void PrintScores(string name, CnnModel model)
    {
        Random random = new(7);
        float[] pixels = [.. Enumerable.Range(0, (int)model.InputShape.Length).Select(_ => random.NextSingle() - 0.5f)];
        float[] scores = model.Predict(pixels);
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine($"{name}: {model.ParameterCount:N0} parameters, peak memory {self.PeakWorkingSet64 / 1048576} MB");
        Console.WriteLine(
            $"{name}: scores {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(MemoryMarshal.AsBytes<float>(scores)))}"
        );
    }

    private static (Network Network, Shape Image) Named(string name)
    {
        (Network body, int size) = name == "alexnet" ? (Architectures.AlexNet(), 227) : (Architectures.Vgg16(), 224);
        Shape image = new(size, size, 3);
        return (body.WithOutput(Classes, image), image);
    }

    private static string OfProcess(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["full-size", .. arguments]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"'full-size {string.Join(' ', arguments)}' ended with {process.ExitCode}.");
    }
}
