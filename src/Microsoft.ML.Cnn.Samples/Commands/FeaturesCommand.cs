using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Cnn.Samples.Pictures;
using Microsoft.ML.Cnn.Samples.Reports;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command <c>features</c>: what a layer of a trained network makes of a picture.</summary>
internal static class FeaturesCommand
{
    private const string LayerName = "--layer";

    public static Command Create(IAnsiConsole console, CancellationToken cancellationToken)
    {
        Option<string> model = new("--model")
        {
            Description = $"The model to load, as {LeNet5Command.Name} saves it.",
            HelpName = "FILE.zip",
            DefaultValueFactory = _ => LeNet5Command.ModelFile,
        };
        Option<string> image = PictureOptions.Image();
        Option<string> layer = new(LayerName)
        {
            Description = "The path of the layer; one that there is not is answered with a list.",
            HelpName = "NAME",
            Required = true,
        };
        Option<string> target = PictureOptions.Out();
        Command command = new("features", "Shows the feature maps that a layer of a trained network makes of a picture.")
        {
            model,
            image,
            layer,
            target,
        };
        command.SetAction(parsed =>
            Run(
                console,
                parsed.GetValue(model)!,
                parsed.GetValue(image)!,
                parsed.GetValue(layer)!,
                parsed.GetValue(target)!,
                cancellationToken
            )
        );
        return command;
    }

    private static void Run(
        IAnsiConsole console,
        string modelPath,
        string image,
        string layer,
        string target,
        CancellationToken cancellationToken
    )
    {
        PlacedFile.RequireWritable(PictureOptions.OutName, target);
        CnnModel model = Load(modelPath);
        FeatureMaps features = Extract(model, ModelInput.Read(PictureOptions.ImageName, image, model), layer);
        Picture grid = FeatureGrid.Of(features);
        cancellationToken.ThrowIfCancellationRequested();
        grid.Write(target);
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{target}: {layer} gives {features.Shape}, values from {features.Values.Min():0.###} to {features.Values.Max():0.###}."
            )
        );
    }

    private static CnnModel Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"There is no model file '{path}'; the command {LeNet5Command.Name} trains one.");
        }

        try
        {
            return CnnModel.Load(path);
        }
        catch (CnnModelFormatException damage)
        {
            throw new UserErrorException($"'{path}' cannot be loaded as a model: {ErrorLine.Of(damage)}", damage);
        }
    }

    private static FeatureMaps Extract(CnnModel model, float[] pixels, string layer)
    {
        try
        {
            return model.ExtractFeatures(pixels, layer);
        }
        catch (ArgumentException refusal)
        {
            throw new UserErrorException($"{LayerName} '{layer}': {refusal.Message}", refusal);
        }
    }
}
