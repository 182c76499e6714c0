using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>Augmentations by the names that the command line has for them.</summary>
internal static class AugmentationOption
{
    private static readonly Dictionary<string, Augmentation> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["flip"] = new HorizontalFlip(),
        ["vertical-flip"] = new VerticalFlip(),
        ["crop"] = new RandomCrop(padding: 16),
        ["resized-crop"] = new RandomResizedCrop(),
        ["rotation"] = new RandomRotation(degrees: 20),
        ["translation"] = new RandomTranslation(horizontal: 0.1f, vertical: 0.1f),
        ["jitter"] = new ColorJitter(brightness: 0.4f, contrast: 0.4f, saturation: 0.4f, maximum: 255),
        ["lighting"] = new PcaLighting(strength: 0.1f, PrincipalColors.ImageNet),
        ["erasing"] = new RandomErasing(),
    };

    /// <summary>What is done where nothing is asked for.</summary>
    public static AugmentationSequence Default { get; } = [Known["flip"], Known["crop"], Known["jitter"], Known["erasing"]];

    /// <summary>The option; where it is not given, its value is null.</summary>
    public static Option<AugmentationSequence?> Create(string name) =>
        new(name)
        {
            Description = $"What is done, in this order: {string.Join(", ", Known.Keys)}; parted by commas. [default: {NamesOf(Default)}]",
            HelpName = "NAME,...",
            CustomParser = result => Parse(result, name),
        };

    public static string NamesOf(AugmentationSequence augmentations) =>
        string.Join(", ", augmentations.Select(augmentation => Known.First(known => known.Value == augmentation).Key));

    private static AugmentationSequence Parse(ArgumentResult result, string name)
    {
        List<Augmentation> augmentations = [];
        foreach (string word in result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Known.TryGetValue(word, out Augmentation? augmentation))
            {
                augmentations.Add(augmentation);
            }
            else
            {
                result.AddError($"{name} takes {string.Join(", ", Known.Keys)}, parted by commas; received '{word}'.");
                break;
            }
        }

        return [.. augmentations];
    }
}
