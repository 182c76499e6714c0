using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// An augmentation of a part of an image, whose area and shape are random. A size that does not fit is drawn anew, up to ten times.
/// </summary>
public abstract record WindowAugmentation : Augmentation
{
    private const int Attempts = 10;
    private const float LeastRatio = 0.01f;
    private const float GreatestRatio = 100;

    private protected WindowAugmentation(float minimumScale, float maximumScale, float minimumRatio, float maximumRatio, float probability)
        : base(probability)
    {
        MaximumScale = LayerCheck.Within(maximumScale, 0, 1);
        MinimumScale = LayerCheck.Within(minimumScale, 0, maximumScale);
        MaximumRatio = LayerCheck.Within(maximumRatio, LeastRatio, GreatestRatio);
        MinimumRatio = LayerCheck.Within(minimumRatio, LeastRatio, maximumRatio);
    }

    /// <summary>The smallest share of the image's area.</summary>
    public float MinimumScale { get; }

    /// <summary>The greatest share of the image's area.</summary>
    public float MaximumScale { get; }

    /// <summary>The smallest ratio of the part's sides.</summary>
    public float MinimumRatio { get; }

    /// <summary>The greatest ratio of the part's sides; its logarithm is uniform.</summary>
    public float MaximumRatio { get; }

    /// <summary>Draws two sides in whole pixels, the first divided by the second being the ratio.</summary>
    /// <param name="area">Pixels of the image.</param>
    /// <param name="least">The least length of either.</param>
    /// <param name="mostOfFirst">The greatest length of the first side.</param>
    /// <param name="mostOfSecond">The greatest length of the second.</param>
    /// <param name="draws">Random numbers; two are taken for each attempt.</param>
    /// <returns>Null where no attempt fits.</returns>
    private protected (int First, int Second)? DrawSides(double area, int least, int mostOfFirst, int mostOfSecond, ref RandomDraws draws)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double target = area * draws.Between(MinimumScale, MaximumScale);
            double ratio = Math.Exp(draws.Between(MathF.Log(MinimumRatio), MathF.Log(MaximumRatio)));
            int first = (int)Math.Round(Math.Sqrt(target * ratio));
            int second = (int)Math.Round(Math.Sqrt(target / ratio));
            if (first >= least && first <= mostOfFirst && second >= least && second <= mostOfSecond)
            {
                return (first, second);
            }
        }

        return null;
    }
}
