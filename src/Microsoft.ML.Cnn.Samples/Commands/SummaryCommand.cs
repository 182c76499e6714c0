using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Cnn.Samples.Data;
using Microsoft.ML.Cnn.Samples.Printing;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command <c>summary</c>: a network of the library layer by layer, and what it takes.</summary>
internal static class SummaryCommand
{
    public static Command Create(IAnsiConsole console)
    {
        Option<ReadyNetwork> network = new("--network")
        {
            Description = $"One of {ReadyNetwork.Names}. [default: {ReadyNetwork.All[0].Name}]",
            HelpName = "NAME",
            CustomParser = Parse,
        };
        Option<int?> classes = NumberOption.OptionalWhole("--classes", "Outputs. [default: as published]", least: 1);
        Option<int?> size = NumberOption.OptionalWhole("--size", "Height and width of an image. [default: as published]", least: 1);
        Option<int> batchSize = NumberOption.Whole("--batch-size", "Images of a batch, for the memory.", 64, least: 1);
        Option<bool> compareDense = new("--compare-dense")
        {
            Description = "Sets the first convolution beside a dense layer that reads the same image and makes as many values.",
        };
        Command command = new("summary", "Prints a network layer by layer, with its parameters, multiply-adds and memory.")
        {
            network,
            classes,
            size,
            batchSize,
            compareDense,
        };
        command.SetAction(parsed =>
        {
            ReadyNetwork chosen = parsed.GetValue(network) ?? ReadyNetwork.All[0];
            (Network whole, Shape image) = chosen.For(parsed.GetValue(size), parsed.GetValue(classes));
            NetworkSummary summary = whole.Summary(image, parsed.GetValue(batchSize));
            console.Heading($"{chosen.Name} on images of {image}");
            NetworkTotals.Print(console, summary);
            if (parsed.GetValue(compareDense))
            {
                DenseComparison.Print(console, summary);
            }
        });
        return command;
    }

    private static ReadyNetwork? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        ReadyNetwork? named = ReadyNetwork.All.FirstOrDefault(network => network.Name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named is null)
        {
            result.AddError($"--network must be one of {ReadyNetwork.Names}, received '{text}'.");
        }

        return named;
    }
}
