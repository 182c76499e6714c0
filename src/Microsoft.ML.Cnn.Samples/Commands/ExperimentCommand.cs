using System.CommandLine;
using Microsoft.ML.Cnn.Samples.Data;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command line of <c>experiment</c>: its options, and what they ask for.</summary>
internal sealed class ExperimentCommand
{
    public const string Name = "experiment";

    private readonly Option<string> _data = DataOption.Create(DataFolder.FilesOfBoth);
    private readonly Option<float> _minutes = NumberOption.Positive("--minutes", "Time for all trials.", 10);
    private readonly Option<int?> _models = NumberOption.OptionalWhole(
        "--models",
        "Trials at most. [default: as many as the time allows]",
        least: 1
    );
    private readonly Option<int> _epochs = NumberOption.Whole("--epochs", "Epochs of a trial that is trained to its end.", 27, least: 1);
    private readonly Option<float> _validation = NumberOption.PositiveShare(
        "--validation",
        "Share of the training images that is held out, and that trials are compared by.",
        0.15f
    );
    private readonly Option<string> _tuner = TunerOption.Create("--tuner");
    private readonly Option<bool> _noHalving = new("--no-halving")
    {
        Description = "Trains every trial to its end, instead of stopping weak ones early (asynchronous successive halving).",
    };
    private readonly Option<int> _seed = NumberOption.Whole("--seed", "Of all that is random.", 1);
    private readonly Option<string> _report = new("--report")
    {
        Description = "The folder for metrics.json, the leaderboard, the charts and the winner's winner.zip, created where it is missing.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Name,
    };
    private readonly Option<string?> _workspace = new("--workspace")
    {
        Description =
            "A folder that records every trial: run again with the same options, the experiment goes on from there. [default: none]",
        HelpName = "DIR",
    };

    private ExperimentCommand() { }

    public static Command Create(IAnsiConsole console, CancellationToken cancellationToken)
    {
        ExperimentCommand options = new();
        Command command = new(
            Name,
            "Searches for the network and the settings that are best on images in IDX files, and reports every trial."
        )
        {
            options._data,
            options._minutes,
            options._models,
            options._epochs,
            options._validation,
            options._tuner,
            options._noHalving,
            options._seed,
            options._report,
            options._workspace,
        };
        command.SetAction(parsed => new ExperimentRun(options.Bind(parsed), console, cancellationToken).Run());
        return command;
    }

    private ExperimentRequest Bind(ParseResult parsed) =>
        new()
        {
            DataFolder = parsed.GetValue(_data) ?? DataFolder.Shipped,
            Time = TimeSpan.FromMinutes(parsed.GetValue(_minutes)),
            Models = parsed.GetValue(_models),
            Epochs = parsed.GetValue(_epochs),
            Validation = parsed.GetValue(_validation),
            Tuner = parsed.GetValue(_tuner)!,
            Halving = parsed.GetValue(_noHalving) ? CnnHalving.None : CnnHalving.Asynchronous,
            Seed = parsed.GetValue(_seed),
            ReportFolder = parsed.GetValue(_report)!,
            Workspace = parsed.GetValue(_workspace),
        };
}
