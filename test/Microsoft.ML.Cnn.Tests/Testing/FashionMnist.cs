namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>Fashion-MNIST as its files come.</summary>
internal static class FashionMnist
{
    /// <param name="context">To load with.</param>
    /// <param name="folder"><see cref="Repository.FashionMnistSubset"/> or <see cref="Repository.FullFashionMnist"/>.</param>
    /// <param name="part"><c>train</c> or <c>t10k</c>.</param>
    public static IDataView Load(MLContext context, string folder, string part) =>
        context.Data.LoadFromIdx(
            Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"),
            Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz")
        );
}
