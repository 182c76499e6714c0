using OxyPlot;

namespace Microsoft.ML.Cnn.Samples.Reports;

/// <summary>What all charts have in common.</summary>
internal static class ChartStyle
{
    public static OxyColor Ink { get; } = OxyColor.FromRgb(0x22, 0x2B, 0x38);

    public static OxyColor Faint { get; } = OxyColor.FromRgb(0xDD, 0xE2, 0xE8);

    public static OxyColor Train { get; } = OxyColor.FromRgb(0x1F, 0x6F, 0xB4);

    public static OxyColor Validation { get; } = OxyColor.FromRgb(0xD9, 0x5F, 0x0E);

    public static PlotModel Chart(string title) =>
        new()
        {
            Title = title,
            TitleFontSize = 17,
            TitleFontWeight = FontWeights.Normal,
            DefaultFont = ChartFont.Name,
            DefaultFontSize = 14,
            TextColor = Ink,
            Background = OxyColors.White,
            PlotAreaBorderColor = Faint,
            Padding = new OxyThickness(16, 12, 24, 12),
        };
}
