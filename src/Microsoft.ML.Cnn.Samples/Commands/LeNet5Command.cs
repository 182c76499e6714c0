using System.CommandLine;
using Microsoft.ML.Cnn.Samples.Data;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command line of <c>lenet5</c>: its options, and what they ask for.</summary>
internal sealed class LeNet5Command
{
    public const string Name = "lenet5";

    /// <summary>Where the model goes, and where it is looked for, unless an option says otherwise.</summary>
    public const string ModelFile = "lenet5.zip";

    private readonly Option<string> _data = DataOption.Create(DataFolder.FilesOfBoth);
    private readonly Option<int> _epochs = NumberOption.Whole("--epochs", "Passes over the training images.", 20, least: 1);
    private readonly Option<int> _batchSize = NumberOption.Whole("--batch-size", "Images of one step.", 64, least: 1);
    private readonly Option<float> _learningRate = NumberOption.Positive(
        "--learning-rate",
        "Learning rate of the first step; it falls to 0 along a cosine.",
        0.03f
    );
    private readonly Option<float> _weightDecay = NumberOption.NotNegative(
        "--weight-decay",
        "Pulls weights towards 0: the fewer images, the more of it.",
        4e-3f
    );
    private readonly Option<int> _threads = NumberOption.Whole(
        "--threads",
        "Threads that compute, all cores by default; the trained model does not depend on them.",
        Environment.ProcessorCount,
        least: 1
    );
    private readonly Option<int> _seed = NumberOption.Whole("--seed", "Equal seeds give equal models.", 1);
    private readonly Option<float> _validation = NumberOption.Share(
        "--validation",
        "Share of the training images that is held out, and measured with after each epoch."
    );
    private readonly Option<LeNet5Variant> _variant = VariantOption.Create("--variant");
    private readonly Option<string> _model = new("--model")
    {
        Description = "Where the trained model goes.",
        HelpName = "FILE.zip",
        DefaultValueFactory = _ => ModelFile,
    };
    private readonly Option<string?> _report = new("--report")
    {
        Description = "A folder for metrics.json, curves.png and confusion-matrix.png, created where it is missing. [default: no report]",
        HelpName = "DIR",
    };

    private readonly Option<string?> _workspace = new("--workspace")
    {
        Description =
            "A folder for checkpoints: run again after an interruption, with the same options, training goes on from the last one. [default: none]",
        HelpName = "DIR",
    };
    private readonly Option<float> _checkpointSeconds = NumberOption.NotNegative(
        "--checkpoint-seconds",
        "Seconds from one checkpoint within an epoch to the next; there is one after each epoch anyway.",
        600
    );

    public const string Description = "Trains LeNet-5 on images in IDX files, measures it, saves it, and predicts with what was saved.";

    /// <summary>Gives a command the options of this one.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">Does what is asked for.</param>
    public void Equip(Command command, Action<LeNet5Request> run)
    {
        Option[] options =
        [
            _data,
            _epochs,
            _batchSize,
            _learningRate,
            _weightDecay,
            _threads,
            _seed,
            _validation,
            _variant,
            _model,
            _report,
            _workspace,
            _checkpointSeconds,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(parsed => run(Bind(parsed)));
    }

    private LeNet5Request Bind(ParseResult parsed) =>
        new()
        {
            DataFolder = parsed.GetValue(_data) ?? DataFolder.Shipped,
            Epochs = parsed.GetValue(_epochs),
            BatchSize = parsed.GetValue(_batchSize),
            LearningRate = parsed.GetValue(_learningRate),
            WeightDecay = parsed.GetValue(_weightDecay),
            Threads = parsed.GetValue(_threads),
            Seed = parsed.GetValue(_seed),
            Validation = parsed.GetValue(_validation),
            Variant = parsed.GetValue(_variant),
            ModelPath = parsed.GetValue(_model)!,
            ReportFolder = parsed.GetValue(_report),
            Workspace = parsed.GetValue(_workspace),
            CheckpointInterval = TimeSpan.FromSeconds(parsed.GetValue(_checkpointSeconds)),
        };
}
