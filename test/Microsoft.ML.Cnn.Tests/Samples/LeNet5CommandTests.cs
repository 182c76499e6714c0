using System.Text.Json;

namespace Microsoft.ML.Cnn.Tests.Samples;

public sealed class LeNet5CommandTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("modern")]
    [InlineData("modern-tanh")]
    [InlineData("1998")]
    public void Every_variant_trains_and_its_model_loads_with_plain_ML_NET(string variant)
    {
        SampleResult result = _folder.Train("--variant", variant);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        ITransformer model = new MLContext().Model.Load(_folder.PathOf("model.zip"), out DataViewSchema input);
        Assert.NotNull(input.GetColumnOrNull("Features"));
        Assert.NotNull(model.GetOutputSchema(input).GetColumnOrNull("PredictedLabel"));
    }

    [Fact]
    public void It_prints_the_network_a_line_an_epoch_the_metrics_and_predictions()
    {
        string output = _folder.Train().Output;

        Assert.Contains("C1", output, StringComparison.Ordinal);
        Assert.Contains("40 images to train on, 10 to measure with", output, StringComparison.Ordinal);
        Assert.Contains("  1/2", output, StringComparison.Ordinal);
        Assert.Contains("  2/2", output, StringComparison.Ordinal);
        Assert.Contains("micro accuracy", output, StringComparison.Ordinal);
        Assert.Contains("truth \\ predicted", output, StringComparison.Ordinal);
        Assert.Contains("right", output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_what_runs_without_a_command()
    {
        string[] options = ["--data", _folder.Path, "--model", _folder.PathOf("model.zip"), "--epochs", "1", "--validation", "0.25"];

        SampleResult result = SampleResult.Of(options);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("validation loss", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.PathOf("model.zip")));
    }

    [Fact]
    public void The_variant_of_1998_has_60850_parameters_with_ten_classes() =>
        Assert.Equal(60_850, ShippedImages("--variant", "1998", "--epochs", "1").GetProperty("parameters").GetInt64());

    [Fact]
    public void It_learns_the_shipped_images_in_four_epochs() =>
        Assert.InRange(ShippedImages("--epochs", "4").GetProperty("microAccuracy").GetDouble(), 0.80, 1);

    private JsonElement ShippedImages(params string[] more)
    {
        SampleResult result = SampleResult.Of(["--model", _folder.PathOf("model.zip"), "--report", _folder.Path, .. more]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonElement.Parse(File.ReadAllText(_folder.PathOf("metrics.json")));
    }

    [Fact]
    public void Its_metrics_file_has_just_the_fields_that_programs_rely_on()
    {
        _folder.Train("--report", _folder.PathOf("new/report"), "--seed", "7", "--threads", "1");

        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(_folder.PathOf("new/report/metrics.json")));
        JsonElement root = metrics.RootElement;
        Assert.Equal(
            [
                "command",
                "network",
                "parameters",
                "trainImages",
                "testImages",
                "epochs",
                "seed",
                "microAccuracy",
                "macroAccuracy",
                "logLoss",
                "trainSeconds",
                "imagesPerSecond",
                "threads",
                "instructionSet",
                "peakMemoryMegabytes",
            ],
            root.EnumerateObject().Select(field => field.Name)
        );
        // Ten classes have 61,706 parameters, and these two need eight outputs less.
        Assert.Equal("lenet5", root.GetProperty("command").GetString());
        Assert.Equal(61_706 - (8 * 85), root.GetProperty("parameters").GetInt64());
        Assert.Equal(SampleFolder.TrainImages, root.GetProperty("trainImages").GetInt64());
        Assert.Equal(SampleFolder.TestImages, root.GetProperty("testImages").GetInt64());
        Assert.Equal((2, 7, 1), (Number("epochs"), Number("seed"), Number("threads")));
        Assert.Equal(CnnRuntime.InstructionSet, root.GetProperty("instructionSet").GetString());
        Assert.InRange(root.GetProperty("microAccuracy").GetDouble(), 0.0, 1.0);
        Assert.True(root.GetProperty("peakMemoryMegabytes").GetDouble() > 1);

        int Number(string field) => root.GetProperty(field).GetInt32();
    }

    [Theory]
    [InlineData("curves.png")]
    [InlineData("confusion-matrix.png")]
    public void Its_pictures_are_PNG_files_and_nothing_is_left_beside_them(string picture)
    {
        _folder.Train("--report", _folder.PathOf("report"));

        byte[] file = File.ReadAllBytes(_folder.PathOf($"report/{picture}"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        Assert.Equal(3, Directory.GetFiles(_folder.PathOf("report")).Length);
    }

    [Fact]
    public void Canceled_it_ends_with_one_line_and_leaves_the_old_model_as_it_was()
    {
        File.WriteAllText(_folder.PathOf("model.zip"), "old");

        SampleResult result = SampleResult.Interrupted("--data", _folder.Path, "--model", _folder.PathOf("model.zip"));

        Assert.Equal(130, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal("old", File.ReadAllText(_folder.PathOf("model.zip")));
    }

    [Theory]
    [InlineData("--epochs", "0", "at least 1, received '0'")]
    [InlineData("--epochs", "many", "a whole number of at least 1, received 'many'")]
    [InlineData("--batch-size", "-4", "at least 1, received '-4'")]
    [InlineData("--threads", "0", "at least 1, received '0'")]
    [InlineData("--learning-rate", "NaN", "a number above 0, received 'NaN'")]
    [InlineData("--validation", "1", "from 0 to below 1, received '1'")]
    [InlineData("--seed", "1.5", "a whole number, received '1.5'")]
    [InlineData("--variant", "2024", "one of modern, modern-tanh, 1998, received '2024'")]
    [InlineData("--model", "/no/such/folder/model.zip", "/no/such/folder/model.zip")]
    [InlineData("--colour", "red", "--colour")]
    public void A_bad_option_is_refused_in_one_line(string option, string value, string why) =>
        SampleResult.Of("--data", _folder.Path, option, value).AssertRefused(why);

    [Fact]
    public void An_option_given_twice_is_refused() => _folder.Train("--epochs", "3").AssertRefused("'--epochs'");

    [Fact]
    public void A_report_folder_that_is_a_file_is_refused_before_training()
    {
        SampleResult result = _folder.Train("--report", _folder.PathOf("t10k-labels-idx1-ubyte"));

        result.AssertRefused("--report");
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_data_folder_that_is_not_there_is_refused_with_the_files_that_are_expected() =>
        SampleResult.Of(["--data", _folder.PathOf("none")]).AssertRefused("t10k-labels-idx1-ubyte");

    [Fact]
    public void A_data_folder_that_lacks_a_file_is_refused_by_that_file()
    {
        File.Delete(_folder.PathOf("t10k-labels-idx1-ubyte"));

        _folder.Train().AssertRefused("lacks t10k-labels-idx1-ubyte;");
    }

    [Fact]
    public void A_truncated_data_file_is_refused()
    {
        string path = _folder.PathOf("t10k-images-idx3-ubyte");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);

        _folder.Train().AssertRefused(path);
    }

    [Fact]
    public void Images_of_a_size_that_LeNet5_does_not_take_are_refused()
    {
        using SampleFolder wide = new(height: 20, width: 30);

        wide.Train().AssertRefused("20 x 30");
    }
}
