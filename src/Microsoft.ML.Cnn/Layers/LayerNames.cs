using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>The names of layers that stand side by side: their own, or their kind and a number.</summary>
internal static class LayerNames
{
    /// <exception cref="ArgumentException">A layer is null, or two would have the same name, or a name has a character that paths may not hold.</exception>
    public static ImmutableArray<string> Assign(IReadOnlyList<Layer> layers)
    {
        Dictionary<string, int> numbers = [];
        Dictionary<string, int> taken = [];
        string[] names = new string[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            Layer layer = layers[i] ?? throw new ArgumentException($"Layer {i + 1} of {layers.Count} is null.", nameof(layers));
            int number = numbers[layer.Kind] = numbers.GetValueOrDefault(layer.Kind) + 1;
            string name = names[i] = layer.Name ?? $"{layer.Kind}{number}";
            if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
            {
                throw new ArgumentException(
                    $"The layer name '{name}' is not allowed: names hold letters, digits, '_' and '-'.",
                    nameof(layers)
                );
            }

            if (!taken.TryAdd(name, i))
            {
                throw new ArgumentException(
                    $"Layers {taken[name] + 1} and {i + 1} are both named '{name}'. Names must differ; leave Name out to have them numbered.",
                    nameof(layers)
                );
            }
        }

        return [.. names];
    }

    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Whether a layer is the one at a path, or stands in the block there.</summary>
    public static bool IsWithin(string layer, string path) =>
        layer.StartsWith(path, StringComparison.Ordinal) && (layer.Length == path.Length || layer[path.Length] == '.');
}
