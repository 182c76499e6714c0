using System.CommandLine;
using Microsoft.ML.Cnn.Samples.Data;
using Microsoft.ML.Cnn.Samples.Reports;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command <c>augment</c>: a picture of what augmentations do to images.</summary>
internal static class AugmentCommand
{
    private const int Epochs = 8;

    public static Command Create(IAnsiConsole console, CancellationToken cancellationToken)
    {
        Option<string[]> images = new("--image")
        {
            Description = "The images, one or more: a row of the picture for each.",
            HelpName = "FILE",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<AugmentationSequence?> with = AugmentationOption.Create("--with");
        Option<int> seed = NumberOption.Whole("--seed", "Of the random numbers.", defaultValue: 1);
        Option<int> size = NumberOption.Whole(
            "--size",
            "The longest side of an image in pixels; larger ones are made smaller.",
            160,
            least: 2
        );
        Option<string> output = new("--out")
        {
            Description = "The picture to write.",
            HelpName = "FILE.png",
            Required = true,
        };
        Command command = new(
            "augment",
            $"Shows what augmentations make of images: each as it is, and as {Epochs} epochs of training see it."
        )
        {
            images,
            with,
            seed,
            size,
            output,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(output)!;
            PlacedFile.RequireWritable("--out", path);
            AugmentationSequence augmentation = parsed.GetValue(with) ?? AugmentationOption.Default;
            List<List<ColorImage>> rows = [];
            foreach ((int number, string file) in parsed.GetValue(images)!.Index())
            {
                cancellationToken.ThrowIfCancellationRequested();
                ColorImage image = ColorImage.Read(file, parsed.GetValue(size));
                rows.Add([
                    image,
                    .. Enumerable.Range(0, Epochs).Select(epoch => Augmented(image, augmentation, parsed.GetValue(seed), epoch, number)),
                ]);
            }

            ImageGrid.Write(path, rows);
            console.WriteLine($"{path}: {rows.Count} x {Epochs} images, augmented by {AugmentationOption.NamesOf(augmentation)}");
        });
        return command;
    }

    private static ColorImage Augmented(ColorImage image, AugmentationSequence augmentation, int seed, int epoch, int number) =>
        image with
        {
            Pixels = augmentation.Apply(image.Pixels, image.Shape, PixelOrder.Interleaved, seed, epoch, number),
        };
}
