using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.Cnn.Samples.Pictures;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>The ready filters by the names that the command line has for them.</summary>
internal static class FilterOption
{
    private const string Default = "sobel";

    private static readonly Dictionary<string, Func<Picture, Picture>> Filters = new(StringComparer.OrdinalIgnoreCase)
    {
        [Default] = Edges(ImageFilters.SobelHorizontal, ImageFilters.SobelVertical),
        ["prewitt"] = Edges(ImageFilters.PrewittHorizontal, ImageFilters.PrewittVertical),
        ["scharr"] = Edges(ImageFilters.ScharrHorizontal, ImageFilters.ScharrVertical),
        ["laplacian"] = Edges(ImageFilters.Laplacian),
        ["gaussian"] = Colors(ImageFilters.Gaussian(9, 1.5f)),
        ["box"] = Colors(ImageFilters.Box(5)),
        ["sharpen"] = Colors(ImageFilters.Sharpen),
        ["identity"] = Colors(ImageFilters.Identity),
    };

    /// <summary>The option; its value makes a picture of a picture.</summary>
    public static Option<Func<Picture, Picture>> Create(string name) =>
        new(name)
        {
            Description =
                "sobel, prewitt, scharr: the magnitude of the gradient; laplacian: of the second derivatives; gaussian, box: blurred; sharpen; identity. [default: sobel]",
            HelpName = string.Join('|', Filters.Keys),
            CustomParser = result => Parse(result, name),
        };

    /// <summary>What the option asks for.</summary>
    public static Func<Picture, Picture> ValueOf(ParseResult parsed, Option<Func<Picture, Picture>> option) =>
        parsed.GetValue(option) ?? Filters[Default];

    private static Func<Picture, Picture> Edges(params ImageFilter[] filters) => picture => FilteredPicture.Edges(picture, filters);

    private static Func<Picture, Picture> Colors(ImageFilter filter) => picture => FilteredPicture.Colors(picture, filter);

    private static Func<Picture, Picture>? Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[^1].Value;
        if (Filters.TryGetValue(text, out Func<Picture, Picture>? filter))
        {
            return filter;
        }

        result.AddError($"{name} must be one of {string.Join(", ", Filters.Keys)}, received '{text}'.");
        return null;
    }
}
