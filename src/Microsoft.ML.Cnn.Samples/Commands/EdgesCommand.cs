using System.CommandLine;
using Microsoft.ML.Cnn.Samples.Pictures;
using Microsoft.ML.Cnn.Samples.Reports;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Commands;

// Here and not above: Microsoft.ML has a namespace of that name, which would come first.
using Command = System.CommandLine.Command;

/// <summary>The command <c>edges</c>: a picture through a ready filter.</summary>
internal static class EdgesCommand
{
    public static Command Create(IAnsiConsole console, CancellationToken cancellationToken)
    {
        Option<string> image = PictureOptions.Image();
        Option<Func<Picture, Picture>> filter = FilterOption.Create("--filter");
        Option<string> target = PictureOptions.Out();
        Command command = new("edges", "Convolves a picture with a ready filter: its edges, or blurred, or sharpened.")
        {
            image,
            filter,
            target,
        };
        command.SetAction(parsed =>
            Run(console, parsed.GetValue(image)!, FilterOption.ValueOf(parsed, filter), parsed.GetValue(target)!, cancellationToken)
        );
        return command;
    }

    private static void Run(
        IAnsiConsole console,
        string image,
        Func<Picture, Picture> filter,
        string target,
        CancellationToken cancellationToken
    )
    {
        PlacedFile.RequireWritable(PictureOptions.OutName, target);
        Picture filtered = filter(Picture.Read(PictureOptions.ImageName, image));
        cancellationToken.ThrowIfCancellationRequested();
        filtered.Write(target);
        console.WriteLine($"{target}: {filtered.Width} x {filtered.Height} pixels.");
    }
}
