using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>The variants of LeNet-5 by the names that the command line has for them.</summary>
internal static class VariantOption
{
    private static readonly Dictionary<string, LeNet5Variant> Variants = new(StringComparer.OrdinalIgnoreCase)
    {
        ["modern"] = LeNet5Variant.Modern,
        ["modern-tanh"] = LeNet5Variant.ModernTanh,
        ["1998"] = LeNet5Variant.Published1998,
    };

    /// <summary>The option; where it is not given, its value is the modern variant.</summary>
    public static Option<LeNet5Variant> Create(string name) =>
        new(name)
        {
            Description =
                "modern: ReLU and max pooling; modern-tanh: the same with tanh; 1998: as published, with partial connections and trainable subsampling. [default: modern]",
            HelpName = string.Join('|', Variants.Keys),
            CustomParser = result => Parse(result, name),
        };

    public static string NameOf(LeNet5Variant variant) => Variants.First(named => named.Value == variant).Key;

    private static LeNet5Variant Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[^1].Value;
        if (!Variants.TryGetValue(text, out LeNet5Variant variant))
        {
            result.AddError($"{name} must be one of {string.Join(", ", Variants.Keys)}, received '{text}'.");
        }

        return variant;
    }
}
