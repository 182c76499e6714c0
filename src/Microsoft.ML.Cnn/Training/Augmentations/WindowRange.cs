namespace Microsoft.ML.Cnn.Training.Augmentations;

/// <summary>Random sizes of a part of an image.</summary>
/// <param name="MinimumScale">The smallest share of the image's area.</param>
/// <param name="MaximumScale">The greatest share.</param>
/// <param name="MinimumRatio">The smallest ratio of the sides.</param>
/// <param name="MaximumRatio">The greatest ratio; its logarithm is uniform.</param>
internal readonly record struct WindowRange(float MinimumScale, float MaximumScale, float MinimumRatio, float MaximumRatio)
{
    /// <summary>How often a size is drawn until it fits.</summary>
    public const int Attempts = 10;

    /// <summary>The bounds of what a user may ask for.</summary>
    public const float LeastRatio = 0.01f;

    /// <inheritdoc cref="LeastRatio"/>
    public const float GreatestRatio = 100;

    /// <summary>Draws two sides, in whole pixels, and the first divided by the second is the ratio.</summary>
    /// <param name="area">Pixels of the image.</param>
    /// <param name="draws">Random numbers; two are taken.</param>
    public (int First, int Second) Draw(double area, ref RandomDraws draws)
    {
        double target = area * draws.Between(MinimumScale, MaximumScale);
        double ratio = Math.Exp(draws.Between(MathF.Log(MinimumRatio), MathF.Log(MaximumRatio)));
        return ((int)Math.Round(Math.Sqrt(target * ratio)), (int)Math.Round(Math.Sqrt(target / ratio)));
    }
}
