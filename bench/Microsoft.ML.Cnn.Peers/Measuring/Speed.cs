using System.Globalization;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>What one turn of an engine gave.</summary>
/// <param name="Units">A second.</param>
/// <param name="Lost">The share of its cores' time that others took, as <see cref="Contention"/> says.</param>
/// <param name="PeakShare">What it made of the peak of a core, where that was asked for.</param>
internal readonly record struct Speed(double Units, double Lost, double? PeakShare)
{
    /// <summary>
    /// A turn that lost more is refused. On an idle machine less than a hundredth is lost; what threads lose that spin or meet at barriers, their neighbours
    /// lose too, so that a peer at two threads may be several times slower than what others took.
    /// </summary>
    private const double MostLost = 0.05;

    public bool IsDisturbed => Lost > MostLost;

    public static Speed Parse(string text)
    {
        double[] words = Array.ConvertAll(
            text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            word => double.Parse(word, CultureInfo.InvariantCulture)
        );
        return new Speed(words[0], words[1], words.Length > 2 ? words[2] : null);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Units} {Lost} {PeakShare}");
}
