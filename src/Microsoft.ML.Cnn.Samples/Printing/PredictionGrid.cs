using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Cnn.Samples.Data;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>Images side by side, each over what a model takes it for.</summary>
internal static class PredictionGrid
{
    private const int Gap = 2;

    /// <summary>How many images of a width fit beside each other.</summary>
    public static int Fitting(IAnsiConsole console, int width) => Math.Max(1, console.Profile.Width / (width + Gap));

    public static Grid Of(IReadOnlyList<ScoredImage> images, ImmutableArray<string> classes)
    {
        Grid grid = new() { Expand = false };
        foreach (ScoredImage image in images)
        {
            grid.AddColumn(new GridColumn().Width(image.Width).NoWrap().Padding(0, 0, Gap, 0));
        }

        grid.AddRow([.. images.Select(image => (IRenderable)new ImageArt(image.Pixels, image.Width))]);
        grid.AddRow([.. images.Select(image => (IRenderable)new Markup(Caption(image, classes)))]);
        grid.AddRow([.. images.Select(image => (IRenderable)new Markup(Verdict(image, classes)))]);
        return grid;
    }

    private static string Caption(ScoredImage image, ImmutableArray<string> classes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Markup.Escape(classes[image.Predicted])}, {(image.Probability * 100):0.0} %");

    private static string Verdict(ScoredImage image, ImmutableArray<string> classes) =>
        image.IsRight ? "[green]right[/]"
        : image.Truth < 0 ? "[red]of a class not trained on[/]"
        : $"[red]wrong, it is {Markup.Escape(classes[image.Truth])}[/]";
}
