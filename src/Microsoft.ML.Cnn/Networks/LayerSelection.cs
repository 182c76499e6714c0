using System.IO.Enumeration;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Networks;

/// <summary>Finds layers of a network by their paths. The path of a block stands for all layers in it.</summary>
/// <param name="network">The network.</param>
/// <param name="input">The shape of an image.</param>
internal sealed class LayerSelection(Network network, Shape input)
{
    private readonly string[] paths = [.. network.Place(input).Select(placed => placed.Path)];

    /// <summary>The layers from the first up to, and with, the one of a path.</summary>
    /// <param name="path">Of a layer or block.</param>
    /// <param name="option">The option it was given in.</param>
    /// <exception cref="ArgumentException">There is no such layer; the message lists those there are.</exception>
    public IEnumerable<string> UpTo(string path, string option)
    {
        int last = Array.FindLastIndex(paths, known => LayerNames.IsWithin(known, path));
        return last >= 0 ? paths.Take(last + 1) : throw Unknown(path, option);
    }

    /// <summary>The layers of a path.</summary>
    /// <param name="pattern">Of layers or blocks; <c>*</c> stands for any characters.</param>
    /// <param name="option">The option it was given in.</param>
    /// <exception cref="ArgumentException">There is no such layer; the message lists those there are.</exception>
    public IEnumerable<string> Matching(string pattern, string option)
    {
        string[] found =
        [
            .. paths.Where(path => Enclosing(path).Any(part => FileSystemName.MatchesSimpleExpression(pattern, part, ignoreCase: false))),
        ];
        return found.Length > 0 ? found : throw Unknown(pattern, option);
    }

    /// <summary>A path and those of the blocks around it, the innermost first.</summary>
    private static IEnumerable<string> Enclosing(string path)
    {
        yield return path;
        for (int end = path.LastIndexOf('.'); end > 0; end = path.LastIndexOf('.', end - 1))
        {
            yield return path[..end];
        }
    }

    private ArgumentException Unknown(string path, string option) =>
        new(
            $"{option} names '{path}', and the network has no such layer. It has: {string.Join(", ", paths.SelectMany(known => Enclosing(known).Reverse()).Distinct())}.",
            option
        );
}
