using System.Collections.Immutable;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Samples.Data;

/// <summary>What the classes of a data set are called.</summary>
internal static class ClassNames
{
    private static readonly ImmutableArray<string> FashionMnist =
    [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ];

    // MNIST and others have the same files with labels from 0 to 9; the test labels tell them apart.
    private static readonly int[] FashionMnistBegins = [9, 2, 1, 1, 6, 1, 4, 6, 5, 7];

    /// <summary>The names of Fashion-MNIST where <paramref name="test"/> is its test set, and otherwise the labels themselves.</summary>
    /// <param name="test">The test images.</param>
    /// <param name="labels">The labels as text, in the order of the classes.</param>
    public static ImmutableArray<string> For(IDataView test, ImmutableArray<string> labels) =>
        labels.SequenceEqual(FashionMnist.Select((_, label) => $"{label}"))
        && test.Schema["Label"].Type == NumberDataViewType.Int32
        && test.GetColumn<int>("Label").Take(FashionMnistBegins.Length).SequenceEqual(FashionMnistBegins)
            ? FashionMnist
            : labels;
}
