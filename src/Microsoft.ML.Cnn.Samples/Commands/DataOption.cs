using System.CommandLine;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>The option that names the folder of the images.</summary>
internal static class DataOption
{
    /// <param name="files">The names of the files that are needed.</param>
    public static Option<string> Create(IEnumerable<string> files) =>
        new("--data")
        {
            Description =
                $"The folder of {string.Join(", ", files)}, plain or with .gz. [default: the 6,000 + 1,000 images that ship with this program]",
            HelpName = "DIR",
        };
}
