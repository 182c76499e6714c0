using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Trainers;

/// <summary>Says where a trained model's network is another than the one to be trained.</summary>
internal static class NetworkDifference
{
    /// <param name="wanted">The layers of the network to be trained.</param>
    /// <param name="known">Those of the model, which may have more behind.</param>
    /// <param name="areSame">Whether two layers at the same path are as good as the same.</param>
    /// <returns>The first difference, with "it" for the model; null where there is none.</returns>
    public static string? First(
        IEnumerable<PlacedLayer> wanted,
        IEnumerable<PlacedLayer> known,
        Func<PlacedLayer, PlacedLayer, bool> areSame
    )
    {
        using IEnumerator<PlacedLayer> there = known.GetEnumerator();
        foreach (PlacedLayer placed in wanted)
        {
            if (!there.MoveNext())
            {
                return $"it has no layer '{placed.Path}'";
            }

            if (placed.Path != there.Current.Path || !areSame(placed, there.Current))
            {
                return $"where the network has '{placed.Path}', {placed.Layer}, it has '{there.Current.Path}', {there.Current.Layer}";
            }
        }

        return null;
    }
}
