using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.Cnn.Training;

namespace Microsoft.ML.Cnn;

/// <summary>
/// What the examples of each class weigh in training. An example's own weight, if it has one, is multiplied by that of its class. Immutable.
/// </summary>
public sealed class ClassWeights
{
    private static readonly string OptionName = nameof(CnnClassificationTrainerOptions.ClassWeights);

    private ClassWeights(ImmutableSortedDictionary<string, float> given) => Given = given;

    /// <summary>
    /// n / (k n_c) for a class with n_c of the n training rows, k classes having any: all of these weigh the same together (G. King and L. Zeng, "Logistic
    /// regression in rare events data", 2001; scikit-learn's <c>balanced</c>). Rows are counted, whatever their own weights.
    /// </summary>
    public static ClassWeights Balanced { get; } = new(ImmutableSortedDictionary<string, float>.Empty);

    /// <summary>The weights given, by class; empty where classes are balanced.</summary>
    public ImmutableSortedDictionary<string, float> Given { get; }

    /// <summary>Weights by class.</summary>
    /// <param name="weights">
    /// By the text of the label's key value, or by the key's number, counted from 1, where keys have no values; <c>true</c> and <c>false</c> where labels are Boolean: finite
    /// numbers above 0, for one class at least. A class that is left out weighs 1.
    /// </param>
    /// <exception cref="ArgumentException">There is no weight, or one that is not allowed.</exception>
    public static ClassWeights Of(IReadOnlyDictionary<string, float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0)
        {
            throw new ArgumentException("There must be a weight for one class at least, received none.", nameof(weights));
        }

        foreach ((string name, float weight) in weights)
        {
            if (!(weight > 0 && float.IsFinite(weight)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"The weight of class '{name}' is {weight}. Allowed: finite numbers above 0. What would work instead of 0: leaving out the rows of the class."
                    ),
                    nameof(weights)
                );
            }
        }

        return new ClassWeights(weights.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    /// <summary>What the classes are called here: by their key values, or by their keys, counted from 1.</summary>
    internal static ImmutableArray<string> NamesOf(ImmutableArray<string>? keyValues, int classes) =>
        keyValues ?? [.. Enumerable.Range(1, classes).Select(key => key.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Checks that each class that has a weight is one of the label's.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void RequireKnown(ImmutableArray<string> classes, string column)
    {
        if (Given.Keys.FirstOrDefault(name => !classes.Contains(name)) is { } unknown)
        {
            throw new ArgumentException(
                $"{OptionName} has a weight for '{unknown}', which is no class of label column '{column}'. Its classes are: {string.Join(", ", classes)}.",
                OptionName
            );
        }
    }

    /// <summary>The weight of each class; 1 for those that balancing finds no row of.</summary>
    internal float[] Resolve(ImmutableArray<string> classes, PixelStatistics statistics) =>
        Given.IsEmpty
            ? [.. Enumerable.Range(0, classes.Length).Select(label => Balance(label, statistics))]
            : [.. classes.Select(name => Given.GetValueOrDefault(name, 1))];

    private static float Balance(int label, PixelStatistics statistics) =>
        statistics.ClassRows.TryGetValue(label, out long rows) ? (float)((double)statistics.Rows / statistics.ClassRows.Count / rows) : 1;
}
