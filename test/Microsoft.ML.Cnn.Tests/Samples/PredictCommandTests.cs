using Microsoft.ML.Cnn.Tests.Packaging;

namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class PredictCommandTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SampleResult Predict() => SampleResult.Of(["predict", "--model", _folder.PathOf("model.zip"), "--data", _folder.Path]);

    [Fact]
    public async Task A_model_trained_in_one_process_predicts_in_another_that_has_the_test_images_only()
    {
        SampleResult trained = _folder.Train();
        Assert.Equal(0, trained.ExitCode);
        foreach (string file in Directory.GetFiles(_folder.Path, "train-*"))
        {
            File.Delete(file);
        }

        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Cnn.Samples.dll");
        string output = await DotnetCommand.RunAsync(_folder.Path, null, program, "predict", "--model", "model.zip", "--data", ".");

        Assert.Equal(MicroAccuracy(trained.Output), MicroAccuracy(output));
        Assert.Contains("truth \\ predicted", output, StringComparison.Ordinal);

        static string MicroAccuracy(string text) =>
            text.Split('\n').Single(line => line.Contains("micro accuracy", StringComparison.Ordinal)).Trim().Split(' ')[^1];
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused() => Predict().AssertRefused("There is no model file");

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        File.WriteAllText(_folder.PathOf("model.zip"), "not a zip");

        Predict().AssertRefused("cannot be loaded as a model");
    }

    [Fact]
    public void A_damaged_model_is_refused()
    {
        _folder.Train();
        byte[] model = File.ReadAllBytes(_folder.PathOf("model.zip"));
        File.WriteAllBytes(_folder.PathOf("model.zip"), model[..(model.Length / 2)]);

        Predict().AssertRefused("cannot be loaded as a model");
    }

    [Fact]
    public void A_model_of_something_else_is_refused()
    {
        MLContext ml = new();
        IDataView test = ml.Data.LoadFromIdx(_folder.PathOf("t10k-images-idx3-ubyte"), _folder.PathOf("t10k-labels-idx1-ubyte"));
        ml.Model.Save(ml.Transforms.Conversion.MapValueToKey("Label").Fit(test), test.Schema, _folder.PathOf("model.zip"));

        Predict().AssertRefused("is an ML.NET model, but not one of images");
    }

    [Fact]
    public void Images_of_another_size_than_the_model_was_trained_on_are_refused()
    {
        _folder.Train();
        using SampleFolder wide = new(height: 20, width: 30);

        SampleResult.Of(["predict", "--model", _folder.PathOf("model.zip"), "--data", wide.Path]).AssertRefused("Vector<Single, 20, 30>");
    }
}
