namespace Microsoft.ML.Cnn.Tensors;

/// <summary>A length cut into a number of parts, all nearly equal: 27 in 2 is 13 + 14.</summary>
internal readonly record struct Split(int Length, int Parts)
{
    /// <summary>The fewest parts of at most <paramref name="size"/>.</summary>
    public static Split AtMost(int length, int size) => new(length, (length + size - 1) / size);

    public int Start(int part) => (int)((long)Length * part / Parts);

    public int Size(int part) => Start(part + 1) - Start(part);
}
