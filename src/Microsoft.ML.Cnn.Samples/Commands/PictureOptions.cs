using System.CommandLine;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>The options of commands that make a picture of a picture.</summary>
internal static class PictureOptions
{
    public const string ImageName = "--image";
    public const string OutName = "--out";

    public static Option<string> Image() =>
        new(ImageName)
        {
            Description = "The picture to read: PNG, JPEG, BMP, GIF or WebP.",
            HelpName = "FILE",
            Required = true,
        };

    public static Option<string> Out() =>
        new(OutName)
        {
            Description = "Where the result goes.",
            HelpName = "FILE.png",
            Required = true,
        };
}
