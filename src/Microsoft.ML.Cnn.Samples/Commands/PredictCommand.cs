using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.ML.Cnn.Samples.Data;
using Microsoft.ML.Cnn.Samples.Printing;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command <c>predict</c>: a saved model on the test images of a folder.</summary>
internal static class PredictCommand
{
    public static Command Create(IAnsiConsole console, CancellationToken cancellationToken)
    {
        Option<string> model = new("--model")
        {
            Description = $"The model to load, as {LeNet5Command.Name} saves it.",
            HelpName = "FILE.zip",
            DefaultValueFactory = _ => LeNet5Command.ModelFile,
        };
        Option<string> data = DataOption.Create(DataFolder.FilesOfTest);
        Command command = new("predict", "Loads a saved model, measures it on the test images of a folder, and shows some predictions.")
        {
            model,
            data,
        };
        command.SetAction(parsed => Run(console, parsed.GetValue(model)!, parsed.GetValue(data) ?? DataFolder.Shipped, cancellationToken));
        return command;
    }

    private static void Run(IAnsiConsole console, string modelPath, string dataFolder, CancellationToken cancellationToken)
    {
        DataFolder folder = DataFolder.Open(dataFolder, DataFolder.FilesOfTest);
        TrainedModel model = TrainedModel.Load(modelPath);
        MLContext ml = new();
        IDataView test = folder.LoadTest(ml);
        ImmutableArray<string> classes = ClassNames.For(test, model.Labels);
        console.Heading($"{modelPath} on {ImageSet.CountOf(test)} test images: {DataFolder.Describe(dataFolder)}");

        IDataView scored = model.Score(test);
        MulticlassClassificationMetrics metrics = TrainedModel.Evaluate(ml, scored);
        cancellationToken.ThrowIfCancellationRequested();

        TestResult.Print(console, metrics, classes);
        console.Heading("The first of them");
        TestResult.PrintPredictions(console, scored, classes);
    }
}
