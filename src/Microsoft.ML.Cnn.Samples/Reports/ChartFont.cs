using SkiaSharp;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>The font of the charts: a plain one that the machine has.</summary>
internal static class ChartFont
{
    /// <summary>What to tell the user where none is available.</summary>
    public const string Missing =
        "This machine has no fonts, so the pictures have no labels; a package such as fonts-dejavu-core brings some.";

    private static readonly string[] Preferred = ["Segoe UI", "Helvetica Neue", "DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial"];

    /// <summary>Whether there is any (a machine without fonts has one without a name): without one, charts are drawn, but their labels stay empty.</summary>
    public static bool IsAvailable => SKFontManager.Default.FontFamilies.Any(name => name.Length > 0);

    /// <summary>The first of the preferred that is installed; where none is, the name of one, in whose place the machine's own default comes.</summary>
    public static string Name => Preferred.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) ?? Preferred[^1];
}
