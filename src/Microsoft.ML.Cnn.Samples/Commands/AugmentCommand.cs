using System.CommandLine;
using Microsoft.ML.Cnn.Samples.Pictures;
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
        Option<string[]> images = new(PictureOptions.ImageName)
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
        Option<string> target = PictureOptions.Out();
        Command command = new(
            "augment",
            $"Shows what augmentations make of images: each as it is, and as {Epochs} epochs of training see it."
        )
        {
            images,
            with,
            seed,
            size,
            target,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(target)!;
            PlacedFile.RequireWritable(PictureOptions.OutName, path);
            AugmentationSequence augmentation = parsed.GetValue(with) ?? AugmentationOption.Default;
            List<Picture[]> rows = [];
            foreach ((int number, string file) in parsed.GetValue(images)!.Index())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Picture image = Picture.ReadWithin(PictureOptions.ImageName, file, parsed.GetValue(size));
                rows.Add([image, .. SeenBy(image, augmentation, parsed.GetValue(seed), number)]);
            }

            PictureGrid.Of(rows).Write(path);
            console.WriteLine($"{path}: {rows.Count} x {Epochs} images, augmented by {AugmentationOption.NamesOf(augmentation)}");
        });
        return command;
    }

    /// <summary>The image as each epoch sees it.</summary>
    private static IEnumerable<Picture> SeenBy(Picture image, AugmentationSequence augmentation, int seed, int number)
    {
        Shape shape = new(image.Height, image.Width, Picture.Channels);
        float[] pixels = [.. image.Pixels.Select(value => (float)value)];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            float[] seen = augmentation.Apply(pixels, shape, PixelOrder.Interleaved, seed, epoch, number);
            yield return new Picture(image.Height, image.Width, [.. seen.Select(value => (byte)Math.Clamp(MathF.Round(value), 0, 255))]);
        }
    }
}
